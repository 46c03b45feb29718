"""The panel's buttons for a live session: begin it, record, end it. One timer, one undo step, and only for a take."""
import bpy

from . import overlay
from .action_writer import Placement
from .core.connection_file import find_connection
from .core.job import Cancelled
from .core.live_link import LIVE, LiveLink
from .core.watch_link import WatchLink
from .job_operator import is_undo
from .live_session import EXPECTED, Cast, LiveSession
from .settings import chosen_armature, options, own_map, tracked_joints, wearer
from .tracked_objects import NAME, reading_now

running: list[LiveSession] = []  # one at most


def begin(context) -> LiveSession:
    """Raises EXPECTED: it cannot be."""
    settings, armature = context.window_manager.posebridge, chosen_armature(context)
    placement = Placement("Live", settings.first_frame, settings.as_strip)
    cast = Cast(armature, own_map(settings, armature), options(settings), placement)
    if settings.live_from == "DAEMON":
        return LiveSession(cast, WatchLink(find_connection(), NAME, settings.live_name))
    tracked = tracked_joints(settings, context.scene)
    link = LiveLink(find_connection(), NAME, wearer(settings, armature, tracked).setup("Blender"))
    places = [*tracked.values()]
    return LiveSession(cast, link, lambda now_ns: link.send(reading_now(bpy.context.scene, places, now_ns)))


@bpy.app.handlers.persistent
def forget(*_) -> None:
    """Another file is loaded, or the extension is disabled: what ran is over, and the character as it was."""
    overlay.forget()
    while running:
        running.pop().give_up()


class POSEBRIDGE_OT_live(bpy.types.Operator):
    """See the performer on the character. Nothing is kept but what is recorded; Escape ends it"""

    bl_idname, bl_label = "posebridge.live", "Go live"
    bl_options = frozenset({"REGISTER", "UNDO"})

    @classmethod
    def poll(cls, context):
        return chosen_armature(context) is not None and not running

    def execute(self, context):
        self.report({"ERROR"}, "a live session needs a window")
        return {"CANCELLED"}

    def invoke(self, context, event):
        if bpy.app.background:
            return self.execute(context)
        if not self._begun(context):
            return {"CANCELLED"}
        rate = context.window_manager.posebridge.live_hz
        self._timer = context.window_manager.event_timer_add(1 / rate, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context, event):
        if not running:  # see forget
            return self._over(context, {"CANCELLED"})
        if event.type == "ESC" and event.value == "PRESS":
            context.window_manager.posebridge.live_ends = True
        elif event.type != "TIMER":
            writing = running[0].writing is not None
            return {"RUNNING_MODAL"} if writing and is_undo(event) else {"PASS_THROUGH"}
        return self.tick(context)

    def tick(self, context):
        """One step of the session; what Blender is to be told."""
        settings, session = context.window_manager.posebridge, running[0]
        try:
            ending, settings.live_ends = settings.live_ends, False
            going = session.stop() if ending and session.writing is None else session.tick(settings.recording)
        except (*EXPECTED, Cancelled) as error:
            session.give_up()
            self._told(settings, "ERROR", str(error))
            return self._over(context, {"CANCELLED"})
        if going:
            self._show(context, settings, session)
            return {"RUNNING_MODAL"}
        kept = session.writing is not None
        self._told(settings, "WARNING" if session.failure else "INFO", session.said)
        return self._over(context, {"FINISHED"} if kept else {"CANCELLED"})

    def _begun(self, context):
        settings = context.window_manager.posebridge
        try:
            running.append(begin(context))
        except EXPECTED as error:
            self._told(settings, "ERROR", str(error))
            return False
        settings.recording = settings.live_ends = False
        return True

    def _show(self, context, settings, session):
        taken = f", recorded {session.take.duration_s:.1f} s" if session.take else ""
        stage = f"{session.stage}{taken}"
        if stage != settings.stage:
            settings.stage = stage
            context.workspace.status_text_set(f"PoseBridge: {stage}   ESC ends it")

    def _over(self, context, outcome):
        running.clear()
        settings = context.window_manager.posebridge
        settings.recording, settings.stage = False, ""
        context.window_manager.event_timer_remove(self._timer)
        context.workspace.status_text_set(None)
        return outcome

    def _told(self, settings, kind, said):
        settings.stage, settings.share, settings.said = "", 0.0, said
        self.report({kind}, said)


class POSEBRIDGE_OT_live_record(bpy.types.Operator):
    """Record what is seen, or leave off; when the session ends it becomes an action"""

    bl_idname, bl_label = "posebridge.live_record", "Record"
    bl_options = frozenset({"INTERNAL"})

    @classmethod
    def poll(cls, context):
        return bool(running) and running[0].stage == LIVE

    def execute(self, context):
        settings = context.window_manager.posebridge
        settings.recording = not settings.recording
        return {"FINISHED"}


class POSEBRIDGE_OT_live_end(bpy.types.Operator):
    """End the live session; a take becomes an action, the rest is as it was"""

    bl_idname, bl_label = "posebridge.live_end", "End"
    bl_options = frozenset({"INTERNAL"})

    @classmethod
    def poll(cls, context):
        return bool(running)

    def execute(self, context):
        context.window_manager.posebridge.live_ends = True
        return {"FINISHED"}


CLASSES = (POSEBRIDGE_OT_live, POSEBRIDGE_OT_live_record, POSEBRIDGE_OT_live_end)
