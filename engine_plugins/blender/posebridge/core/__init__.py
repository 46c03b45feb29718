"""What the extension is without Blender: standard library and numpy."""
