"""The PoseBridge extension for Blender: registers what it has, and loads nothing before Blender asks."""


def register() -> None:
    from . import registration

    registration.register()


def unregister() -> None:
    from . import registration

    registration.unregister()
