using System;
using System.Collections.Generic;

namespace UnityEngine.XR
{
    public enum XRNode
    {
        LeftEye, RightEye, CenterEye, Head, LeftHand, RightHand,
    }

    [Flags]
    public enum InputTrackingState : uint
    {
        None = 0, Position = 1, Rotation = 2,
    }

    public struct InputFeatureUsage<T>
    {
    }

    public static class CommonUsages
    {
        public static InputFeatureUsage<Vector3> devicePosition;
        public static InputFeatureUsage<Quaternion> deviceRotation;
        public static InputFeatureUsage<InputTrackingState> trackingState;
    }

    /// <summary>What a device reads, as a test sets it.</summary>
    public struct InputDevice
    {
        public Vector3 Position;
        public Quaternion Rotation;
        public InputTrackingState State;

        public bool isValid { get; set; }

        public bool TryGetFeatureValue(InputFeatureUsage<Vector3> usage, out Vector3 value)
        {
            value = Position;
            return isValid;
        }

        public bool TryGetFeatureValue(InputFeatureUsage<Quaternion> usage, out Quaternion value)
        {
            value = Rotation;
            return isValid;
        }

        public bool TryGetFeatureValue(InputFeatureUsage<InputTrackingState> usage, out InputTrackingState value)
        {
            value = State;
            return isValid;
        }
    }

    public static class InputDevices
    {
        public static Dictionary<XRNode, InputDevice> Devices { get; } = new Dictionary<XRNode, InputDevice>();

        public static InputDevice GetDeviceAtXRNode(XRNode node)
        {
            InputDevice found;
            Devices.TryGetValue(node, out found);
            return found;
        }
    }
}
