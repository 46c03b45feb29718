using System.Collections.Generic;
using UniVRM10;
using UnityEngine;

namespace PoseBridge
{
    /// <summary>A VRM 1.0 avatar of UniVRM under solved poses: its control rig where it was loaded with one, else its
    /// own bones. Both move before UniVRM's springs and constraints do. VRM 0.x avatars are Humanoids: they need only
    /// PoseBridge Avatar.</summary>
    [AddComponentMenu("PoseBridge/VRM avatar")]
    [RequireComponent(typeof(Vrm10Instance))]
    [DefaultExecutionOrder(-1000)]
    public sealed class PoseBridgeVrm : MonoBehaviour
    {
        [SerializeField]
        private PoseBridgeConnection _connection;

        [SerializeField]
        private TrackerSource _trackers;

        /// <summary>Made beside this component when it is enabled; its settings and events may be set from
        /// then on.</summary>
        public PoseBridgeAvatar Avatar { get; private set; }

        /// <summary>From code, as after loading a file, while it is disabled.</summary>
        public void Assign(PoseBridgeConnection connection, TrackerSource trackers)
        {
            _connection = connection;
            _trackers = trackers;
        }

        private void OnEnable()
        {
            var avatar = GetComponent<PoseBridgeAvatar>();
            if (avatar == null) avatar = gameObject.AddComponent<PoseBridgeAvatar>();
            avatar.enabled = false;
            var instance = GetComponent<Vrm10Instance>();
            var rig = instance.Runtime.ControlRig;
            var animator = rig != null ? rig.ControlRigAnimator : GetComponent<Animator>();
            if (animator != null && animator.isHuman) avatar.Assign(_connection, _trackers, animator);
            else avatar.Assign(_connection, _trackers, null, Bones(instance).ToArray());
            avatar.enabled = true;
            Avatar = avatar;
        }

        private void OnDisable()
        {
            if (Avatar != null) Avatar.enabled = false;
        }

        private static List<AvatarBone> Bones(Vrm10Instance instance)
        {
            return HumanoidBones.Read(bone =>
            {
                Transform found;
                return instance.TryGetBoneTransform(bone, out found) ? found : null;
            });
        }
    }
}
