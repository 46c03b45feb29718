using System.Reflection;
using NUnit.Framework;
using PoseBridge.Core;
using UniVRM10;
using UnityEngine;

namespace PoseBridge.Tests
{
    /// <summary>A VRM avatar is driven by its control rig where it has one, else by its own bones.</summary>
    [TestFixture]
    public sealed class VrmTest
    {
        private Humanoid _human;
        private Vrm10Instance _instance;
        private PoseBridgeVrm _vrm;

        [SetUp]
        public void Begin()
        {
            _human = new Humanoid(Smpl22.NeutralOffsetsM, 0.5, Vector3.zero, 0, 1, 1);
            _instance = new GameObject("vrm").AddComponent<Vrm10Instance>();
            foreach (var one in _human.Animator.Bones) _instance.Bones[one.Key] = one.Value;
            _human.Joint(0).parent = _instance.transform;
            _vrm = _instance.gameObject.AddComponent<PoseBridgeVrm>();
        }

        private PoseBridgeAvatar Enable()
        {
            typeof(PoseBridgeVrm).GetMethod("OnEnable", BindingFlags.Instance | BindingFlags.NonPublic).Invoke(_vrm, null);
            return _vrm.Avatar;
        }

        [Test]
        public void ItsBonesAreTaken()
        {
            var avatar = Enable();
            Assert.IsNull(avatar.Animator);
            Assert.AreEqual(22, avatar.MakeBody().Count);
            Assert.IsTrue(avatar.enabled);
        }

        [Test]
        public void TheControlRigComesFirst()
        {
            _instance.gameObject.AddComponent<Animator>();
            _instance.Runtime.ControlRig = new Vrm10RuntimeControlRig { ControlRigAnimator = _human.Animator };
            Assert.AreSame(_human.Animator, Enable().Animator);
            Assert.AreSame(_vrm.Avatar, Enable(), "there is one avatar, however often it is enabled");
        }
    }
}
