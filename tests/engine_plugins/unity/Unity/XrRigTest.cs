using NUnit.Framework;
using PoseBridge.Core;
using PoseBridge.Samples;
using UnityEngine;
using UnityEngine.XR;

namespace PoseBridge.Tests
{
    /// <summary>The XR sample's rig: an avatar gets its trackers, and the camera is where the headset is.</summary>
    [TestFixture]
    public sealed class XrRigTest
    {
        [Test]
        public void TheAvatarHangsOnTheDevicesAndTheCameraOnTheHeadset()
        {
            var human = new Humanoid(Smpl22.NeutralOffsetsM, 0.5, Vector3.zero, 0, 1, 1);
            var connection = ScriptableObject.CreateInstance<PoseBridgeConnection>();
            connection.Assign("127.0.0.1", 1, 2, "token", false); // nobody is there
            var rig = new GameObject("rig").AddComponent<XrRig>();
            var camera = new GameObject("camera").AddComponent<Camera>();
            rig.Assign(connection, human.Root, camera);
            InputDevices.Devices[XRNode.CenterEye] = new InputDevice
            {
                isValid = true, Position = new Vector3(1, 1.7f, 3), Rotation = Quaternion.Euler(0, 90, 0),
            };
            Messages.Send(rig, "OnEnable");
            try
            {
                Messages.Send(rig, "Update");
                Assert.AreEqual(1.7f, camera.transform.localPosition.y);
                camera.transform.localPosition = Vector3.zero;
                Application.Render();
                Assert.AreEqual(1.7f, camera.transform.localPosition.y);
                Assert.AreSame(human.Animator, rig.Avatar.Animator);
                Assert.AreSame(rig.transform, rig.Avatar.Trackers.Origin);
                Assert.IsNotNull(rig.Avatar.Link, rig.Avatar.Problem);
                rig.Avatar.Events.connected.Invoke();
                Assert.IsNotNull(rig.Avatar.Link.Standing, "it is measured as soon as it is connected");
            }
            finally
            {
                Messages.Send(rig, "OnDisable");
                InputDevices.Devices.Clear();
            }
            Assert.IsNull(rig.Avatar.Link);
            Assert.AreEqual(LinkState.Closed, connection.State);
        }
    }
}
