"""The Virtual Motion Capture protocol: OSC over UDP that VSeeFace, Warudo, VNyan, Unreal and others speak."""
