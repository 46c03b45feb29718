"""Texts of the panel in a sidebar that is narrower than they are: Blender would cut their middles out."""
import textwrap

LETTER, AROUND = 6.3, 79  # wide, at a scale of 1: a letter on average; the tabs, the edges and an icon
NAMES = 0.38  # of the width


def say(context, layout, text, icon="BLANK1"):
    """As many lines as it takes."""
    column = layout.column(align=True)
    for number, line in enumerate(textwrap.wrap(text, letters(context)) or [""]):
        column.label(text=line, icon=icon if number == 0 else "BLANK1")


def say_how_far(context, settings, layout):
    """The job that runs, or what came out of the last one."""
    if settings.stage:
        say(context, layout, f"{settings.stage} {settings.share:.0%}", "TIME")
        say(context, layout, "ESC gives it up")
    elif settings.said:
        say(context, layout, settings.said, "INFO")


def letters(context) -> int:
    """How many letters of a line are seen beside an icon."""
    if context.region is None:
        return 1000
    return max(12, int((context.region.width / context.preferences.system.ui_scale - AROUND) / LETTER))


def named(layout, settings, name):
    """A property with all of its name before it."""
    row = layout.split(factor=NAMES)
    row.label(text=settings.bl_rna.properties[name].name)
    return row
