using System.Collections.Generic;
using UnityEngine;

namespace UniVRM10
{
    /// <summary>As much of UniVRM's public API as the package uses.</summary>
    public sealed class Vrm10Instance : MonoBehaviour
    {
        public Dictionary<HumanBodyBones, Transform> Bones { get; } = new Dictionary<HumanBodyBones, Transform>();

        public Vrm10Runtime Runtime { get; } = new Vrm10Runtime();

        public bool TryGetBoneTransform(HumanBodyBones bone, out Transform found)
        {
            return Bones.TryGetValue(bone, out found);
        }
    }

    public sealed class Vrm10Runtime
    {
        public Vrm10RuntimeControlRig ControlRig { get; set; }
    }

    public sealed class Vrm10RuntimeControlRig
    {
        public Animator ControlRigAnimator { get; set; }
    }
}
