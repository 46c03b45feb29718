"""People in a browser: files on a timeline, or the sessions of a running daemon. Only stage.py, panel.py, page.py and
what they are called by need viser; what is decided is decided without it."""
