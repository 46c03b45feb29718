"""A daemon for who has none running: started from the panel, gone with Blender."""
import os
import subprocess

import bpy

from .core.client_errors import DaemonError
from .core.connection_file import FOLLOW, find_connection
from .preferences import CommandMissing, needed_command

_started: list[subprocess.Popen[bytes]] = []


def daemon_state(context) -> tuple[bool, str]:
    """Whether there is one to ask, and a line that says so. Asks nobody: that comes when something is to be solved."""
    try:
        found = find_connection()
    except DaemonError as missing:
        starting = any(one.poll() is None for one in _started)
        return False, "the daemon is starting" if starting else str(missing)
    return True, f"daemon {found.version} at {found.host}"


def stop_started() -> None:
    """Those that this Blender has started, when the extension is disabled."""
    while _started:
        one = _started.pop()
        one.terminate()
        one.wait(15)


class POSEBRIDGE_OT_start_daemon(bpy.types.Operator):
    """Start a daemon on this machine; it ends with Blender"""

    bl_idname, bl_label = "posebridge.start_daemon", "Start the daemon"

    def execute(self, context):
        if daemon_state(context)[0] or any(one.poll() is None for one in _started):
            self.report({"INFO"}, "there is a daemon already")
            return {"CANCELLED"}
        try:
            program = needed_command(context)
        except CommandMissing as missing:
            self.report({"ERROR"}, str(missing))
            return {"CANCELLED"}
        _started.append(subprocess.Popen(
            [program, "serve"], env={**os.environ, FOLLOW: "1"}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL))
        self.report({"INFO"}, "the daemon is starting")
        return {"FINISHED"}


CLASSES = (POSEBRIDGE_OT_start_daemon,)
