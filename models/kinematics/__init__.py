"""The body: its joints, rotations, forward kinematics and proportions."""
