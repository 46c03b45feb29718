using NUnit.Framework;
using PoseBridge.Core;
using UnityEngine;
using UnityEngine.XR;

namespace PoseBridge.Tests
{
    /// <summary>From transforms and devices to readings.</summary>
    [TestFixture]
    public sealed class TrackersTest
    {
        private Transform _origin, _head, _left, _right;
        private TransformTrackers _trackers;

        [SetUp]
        public void Begin()
        {
            _origin = new GameObject("origin").transform;
            _head = new GameObject("head").transform;
            _left = new GameObject("left").transform;
            _right = new GameObject("right").transform;
            _trackers = new GameObject("trackers").AddComponent<TransformTrackers>();
        }

        [Test]
        public void TheContractsExampleIsRead()
        {
            _trackers.Assign(_head, _left, _right);
            var turned = Quaternion.Euler(0, -90, 0); // to the left, so it faces -X
            _head.SetPositionAndRotation(new Vector3(-0.005f, 1.52f, 0), turned);
            _left.SetPositionAndRotation(new Vector3(0.075f, 1.385f, -0.68f), turned);
            _right.SetPositionAndRotation(new Vector3(0.075f, 1.385f, 0.68f), turned);
            var reading = Read(_trackers);
            var wanted = new[] { 0.005f, 1.52f, 0, -0.075f, 1.385f, -0.68f, -0.075f, 1.385f, 0.68f };
            for (var part = 0; part < 9; part++) Assert.AreEqual(wanted[part], reading.PositionsM[part], 1e-6);
            for (var row = 0; row < 3; row++)
            {
                Assert.AreEqual(0.7071068, reading.RotationsXyzw[4 * row + 1], 1e-6);
                Assert.AreEqual(0.7071068, reading.RotationsXyzw[4 * row + 3], 1e-6);
            }
            Assert.AreEqual(7u, reading.PositionValid);
        }

        [Test]
        public void ReadingsAreRelativeToTheOriginAndWhatIsInactiveIsNotTracked()
        {
            _origin.SetPositionAndRotation(new Vector3(5, 1, -2), Quaternion.Euler(0, 70, 0));
            _head.parent = _origin;
            _head.localPosition = new Vector3(0.1f, 1.6f, 0.2f);
            _trackers.Assign(_head, _left, _right, _origin);
            _left.gameObject.activeInHierarchy = false;
            var reading = Read(_trackers);
            Assert.AreEqual(-0.1, reading.PositionsM[0], 1e-6);
            Assert.AreEqual(1.6, reading.PositionsM[1], 1e-6);
            Assert.AreEqual(0.2, reading.PositionsM[2], 1e-6);
            Assert.AreEqual(5u, reading.PositionValid);
            Assert.AreEqual(5u, reading.RotationValid);
        }

        [Test]
        public void ExtrasSitOnTheirJoints()
        {
            var foot = new GameObject("foot").transform;
            _trackers.Assign(_head, _left, _right, null, new TransformTrackers.Extra { transform = foot, joint = "L_foot" });
            var setup = new SessionSetup();
            _trackers.Describe(setup);
            Assert.AreEqual(4, _trackers.Count);
            Assert.AreEqual(Joint.LFoot, setup.Trackers[3].Joint);
        }

        /// <summary>Arms straight ahead, thumbs up: a controller that points ahead reads no turn at all, in front of the wrist.
        /// </summary>
        [TestCase(1, -1f)]
        [TestCase(2, 1f)]
        public void AControllerLiesInTheHandAsItIsHeld(int row, float side)
        {
            _trackers.Assign(_head, _left, _right);
            var setup = new SessionSetup();
            _trackers.Describe(setup);
            var mount = setup.Trackers[row];
            var place = new Vec3(mount.MountPositionM[0], mount.MountPositionM[1], mount.MountPositionM[2]);
            var turn = new Quat(mount.MountXyzw[0], mount.MountXyzw[1], mount.MountXyzw[2], mount.MountXyzw[3]);
            var fingers = Axes.ToProject(new Vector3(side, 0, 0));
            var wrist = turn.Inverse; // so turned that the controller reads the identity
            Assert.Less((wrist * fingers - new Vec3(0, 0, 1)).Length, 1e-5, "fingers ahead");
            Assert.Less((wrist * new Vec3(0, 0, 1) - Vec3.Up).Length, 1e-5, "the thumb, ahead in the T-pose, up");
            Assert.Greater((wrist * place).Z, 0.08);
            _trackers.HeadsetAndControllers = false;
            setup.Clear();
            _trackers.Describe(setup);
            Assert.AreEqual(1f, setup.Trackers[row].MountXyzw[3]);
        }

        [Test]
        public void DevicesAreReadAsFarAsTheyAreTracked()
        {
            var trackers = new GameObject("xr").AddComponent<XrTrackers>();
            InputDevices.Devices[XRNode.CenterEye] = new InputDevice
            {
                isValid = true, Position = new Vector3(1, 2, 3), Rotation = Quaternion.Euler(0, 90, 0),
                State = InputTrackingState.Position | InputTrackingState.Rotation,
            };
            InputDevices.Devices[XRNode.LeftHand] = new InputDevice
            {
                isValid = true, Rotation = Quaternion.identity, State = InputTrackingState.Rotation,
            };
            var reading = Read(trackers);
            Assert.AreEqual(1u, reading.PositionValid);
            Assert.AreEqual(3u, reading.RotationValid);
            Assert.AreEqual(-1f, reading.PositionsM[0]);
            var setup = new SessionSetup();
            trackers.Describe(setup);
            Assert.AreEqual(3, setup.Trackers.Count);
        }

        private static TrackerReading Read(TrackerSource source)
        {
            var reading = new TrackerReading(source.Count);
            source.Read(reading, 0);
            return reading;
        }
    }
}
