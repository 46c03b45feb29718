using System.Collections.Generic;

namespace UnityEngine
{
    public enum HumanBodyBones
    {
        Hips, LeftUpperLeg, RightUpperLeg, LeftLowerLeg, RightLowerLeg, LeftFoot, RightFoot, Spine, Chest, Neck, Head,
        LeftShoulder, RightShoulder, LeftUpperArm, RightUpperArm, LeftLowerArm, RightLowerArm, LeftHand, RightHand,
        LeftToes, RightToes, LeftEye, RightEye, Jaw, UpperChest = 54, LastBone = 55,
    }

    public struct SkeletonBone
    {
        public string name;
        public Vector3 position, scale;
        public Quaternion rotation;
    }

    public struct HumanDescription
    {
        public SkeletonBone[] skeleton;
    }

    public sealed class Avatar : Object
    {
        public bool isValid { get; set; } = true;

        public bool isHuman { get; set; } = true;

        public HumanDescription humanDescription { get; set; }
    }

    public sealed class RuntimeAnimatorController : Object
    {
    }

    public sealed class Animator : Behaviour
    {
        public Dictionary<HumanBodyBones, Transform> Bones { get; } = new Dictionary<HumanBodyBones, Transform>();

        public Avatar avatar { get; set; }

        public bool isHuman { get { return avatar != null && avatar.isHuman; } }

        public RuntimeAnimatorController runtimeAnimatorController { get; set; }

        public bool applyRootMotion { get; set; }

        public Transform GetBoneTransform(HumanBodyBones bone)
        {
            Transform found;
            return Bones.TryGetValue(bone, out found) ? found : null;
        }
    }
}
