"""PoseBridge for Blender."""
