"""PoseBridge: three tracked points in, a whole body out."""

__version__ = "0.1.0"
