using PoseBridge.Core;
using UnityEngine;
using UnityEngine.XR;

namespace PoseBridge
{
    /// <summary>Headset and controllers straight from Unity's XR devices, whichever plugin brings them (OpenXR,
    /// Oculus). What a device says it does not track is not heeded.</summary>
    [AddComponentMenu("PoseBridge/Trackers (XR devices)")]
    public sealed class XrTrackers : TrackerSource
    {
        private static readonly XRNode[] Nodes = { XRNode.CenterEye, XRNode.LeftHand, XRNode.RightHand };
        private static readonly Joint[] Joints = { Joint.Head, Joint.LWrist, Joint.RWrist };

        [SerializeField]
        [Tooltip("The XR rig's tracking space, on the floor.")]
        private Transform _origin;

        [SerializeField]
        [Tooltip("Zero: as a headset sits on a head.")]
        private TrackerMount _headMount = TrackerMount.None;

        [SerializeField]
        [Tooltip("Zero: as a controller lies in a hand.")]
        private TrackerMount _leftHandMount = TrackerMount.None;

        [SerializeField]
        private TrackerMount _rightHandMount = TrackerMount.None;

        public override Transform Origin
        {
            get { return _origin; }
        }

        public override int Count
        {
            get { return Nodes.Length; }
        }

        /// <summary>From code, in place of the inspector.</summary>
        public void Assign(Transform origin)
        {
            _origin = origin;
        }

        public override void Describe(SessionSetup setup)
        {
            setup.PositionSdM = 0.002f;
            setup.RotationSdRad = 0.01f;
            setup.Trackers.Add(_headMount.Or(TrackerMount.Headset).On(Joints[0]));
            setup.Trackers.Add(_leftHandMount.Or(TrackerMount.LeftController).On(Joints[1]));
            setup.Trackers.Add(_rightHandMount.Or(TrackerMount.RightController).On(Joints[2]));
        }

        public override void Read(TrackerReading reading, double nowS)
        {
            for (var row = 0; row < Nodes.Length; row++)
            {
                var device = InputDevices.GetDeviceAtXRNode(Nodes[row]);
                Vector3 place = Vector3.zero;
                Quaternion turn = Quaternion.identity;
                InputTrackingState state;
                if (!device.isValid || !device.TryGetFeatureValue(CommonUsages.trackingState, out state))
                    state = InputTrackingState.None;
                var placed = (state & InputTrackingState.Position) != 0 &&
                             device.TryGetFeatureValue(CommonUsages.devicePosition, out place);
                var turned = (state & InputTrackingState.Rotation) != 0 &&
                             device.TryGetFeatureValue(CommonUsages.deviceRotation, out turn);
                reading.Set(row, Axes.ToProject(place), Axes.ToProject(turn), placed, turned);
            }
        }
    }
}
