"""An operator that is a job: with progress, Escape, one line at the end, and one undo step."""
import bpy

from .core.client_errors import DaemonError
from .core.job import Cancelled

TICK_S = 0.03
EXPECTED = (ValueError, RuntimeError, OSError, DaemonError)  # each is one line for the user


def is_undo(event):
    """The keys that would take away what is being made."""
    return event.type == "Z" and (event.ctrl or event.oskey)


class JobOperator:
    """Needs `_begin(context)`: the job, begun."""

    def execute(self, context):
        """All at once: in the background, and when called by a script."""
        return self._tried(context, lambda: self._begun(context).finish())

    def invoke(self, context, event):
        if bpy.app.background:
            return self.execute(context)
        begun = self._tried(context, lambda: self._begun(context))
        if begun != {"FINISHED"}:
            return begun
        self._timer = context.window_manager.event_timer_add(TICK_S, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context, event):
        if event.type == "ESC":
            self._job.cancel()
        elif event.type != "TIMER":
            return {"RUNNING_MODAL"} if is_undo(event) else {"PASS_THROUGH"}
        return self.tick(context)

    def tick(self, context):
        """One slice of the job; what Blender is to be told."""
        done = []
        ended = self._tried(context, lambda: done.append(self._job.tick()))
        settings, watch = context.window_manager.posebridge, self._job.watch
        _redraw(context.area)
        if ended == {"FINISHED"} and not done[0]:
            settings.stage, settings.share = watch.stage, watch.share
            context.workspace.status_text_set(f"PoseBridge: {watch.stage} {watch.share:.0%}   ESC gives it up")
            return {"RUNNING_MODAL"}
        context.window_manager.event_timer_remove(self._timer)
        context.workspace.status_text_set(None)
        if ended == {"FINISHED"}:
            self._told(settings, "INFO", self._job.outcome)
        return ended

    def _begun(self, context):
        self._job = self._begin(context)
        return self._job

    def _tried(self, context, act):
        settings = context.window_manager.posebridge
        try:
            said = act()
        except Cancelled:
            self._told(settings, "WARNING", "given up: nothing was changed")
            return {"CANCELLED"}
        except ReferenceError:
            self._told(settings, "ERROR", "the file was undone or loaded anew meanwhile: nothing was kept")
            return {"CANCELLED"}
        except EXPECTED as error:
            self._told(settings, "ERROR", str(error))
            return {"CANCELLED"}
        if isinstance(said, str):
            self._told(settings, "INFO", said)
        return {"FINISHED"}

    def _told(self, settings, kind, said):
        settings.stage, settings.share, settings.said = "", 0.0, said
        self.report({kind}, said)


def _redraw(area):
    """Our tab, which Blender draws anew only when it is asked to."""
    for region in area.regions if area else ():
        if region.type == "UI":
            region.tag_redraw()
