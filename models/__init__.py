"""The mathematics of PoseBridge in torch: kinematics, prior, samplers, training, evaluation. No sockets here."""
import os

# ONNX Runtime reports its use to its makers, over the network and with an identifier that it keeps in the user's home,
# unless told otherwise before it is first imported. Nobody asked for that; who wants it sets this to 0.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
