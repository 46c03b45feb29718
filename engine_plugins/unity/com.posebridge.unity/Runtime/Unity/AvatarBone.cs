using System;
using UnityEngine;

namespace PoseBridge
{
    /// <summary>A bone of an avatar and what turns it, as the inspector shows it.</summary>
    [Serializable]
    public struct AvatarBone
    {
        public Transform bone;

        [Tooltip("One of pelvis, spine1, spine2, spine3, neck, head; L_ or R_ collar, shoulder, elbow, wrist, hip, " +
                 "knee, ankle, foot.")]
        public string joint;

        [Tooltip("1: all of the joint's turn. Less: that part of the way from the joint above.")]
        [Range(0, 1)]
        public float share;

        [Tooltip("It lies along the limb that begins at the joint and only takes that part of its twist.")]
        public bool twist;

        public AvatarBone(Transform bone, string joint, float share, bool twist = false)
        {
            this.bone = bone;
            this.joint = joint;
            this.share = share;
            this.twist = twist;
        }
    }
}
