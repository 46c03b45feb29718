"""The mathematics of PoseBridge in torch: kinematics, prior, samplers, training, evaluation. No sockets here."""
