"""The PoseBridge extension for Blender: registers what it has, and loads nothing before Blender asks."""
