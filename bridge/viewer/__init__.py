"""People in a browser: files on a timeline, or the sessions of a running daemon. Only stage.py, solids.py, panel.py,
transport.py, play.py and watch.py need viser; what is decided is decided without it."""
