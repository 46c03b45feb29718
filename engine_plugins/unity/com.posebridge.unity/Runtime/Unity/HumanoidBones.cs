using System;
using System.Collections.Generic;
using UnityEngine;

namespace PoseBridge
{
    /// <summary>Which of a Humanoid's bones stands for which joint. Spine bones that the avatar lacks leave their
    /// turns to the others.</summary>
    public static class HumanoidBones
    {
        private static readonly HumanBodyBones[] Spine =
        {
            HumanBodyBones.Spine, HumanBodyBones.Chest, HumanBodyBones.UpperChest,
        };

        private static readonly KeyValuePair<HumanBodyBones, string>[] Others =
        {
            Of(HumanBodyBones.Hips, "pelvis"), Of(HumanBodyBones.Neck, "neck"), Of(HumanBodyBones.Head, "head"),
            Of(HumanBodyBones.LeftUpperLeg, "L_hip"), Of(HumanBodyBones.RightUpperLeg, "R_hip"),
            Of(HumanBodyBones.LeftLowerLeg, "L_knee"), Of(HumanBodyBones.RightLowerLeg, "R_knee"),
            Of(HumanBodyBones.LeftFoot, "L_ankle"), Of(HumanBodyBones.RightFoot, "R_ankle"),
            Of(HumanBodyBones.LeftToes, "L_foot"), Of(HumanBodyBones.RightToes, "R_foot"),
            Of(HumanBodyBones.LeftShoulder, "L_collar"), Of(HumanBodyBones.RightShoulder, "R_collar"),
            Of(HumanBodyBones.LeftUpperArm, "L_shoulder"), Of(HumanBodyBones.RightUpperArm, "R_shoulder"),
            Of(HumanBodyBones.LeftLowerArm, "L_elbow"), Of(HumanBodyBones.RightLowerArm, "R_elbow"),
            Of(HumanBodyBones.LeftHand, "L_wrist"), Of(HumanBodyBones.RightHand, "R_wrist"),
        };

        /// <summary>What the animator's Humanoid has.</summary>
        public static List<AvatarBone> Read(Animator animator)
        {
            return Read(animator.GetBoneTransform);
        }

        /// <param name="find">Null for a bone that the avatar lacks.</param>
        public static List<AvatarBone> Read(Func<HumanBodyBones, Transform> find)
        {
            var found = new List<AvatarBone>();
            var spine = new List<Transform>();
            foreach (var bone in Spine)
                if (find(bone) != null) spine.Add(find(bone));
            var names = spine.ConvertAll(bone => bone.name);
            var place = 0;
            foreach (var drive in Core.BoneMap.Chain(names, Core.BoneMap.SpineJoints))
                found.Add(new AvatarBone(spine[place++], Core.Smpl22.Names[drive.Joint], (float)drive.Share));
            foreach (var pair in Others)
                if (find(pair.Key) != null)
                    found.Add(new AvatarBone(find(pair.Key), pair.Value, 1));
            return found;
        }

        private static KeyValuePair<HumanBodyBones, string> Of(HumanBodyBones bone, string joint)
        {
            return new KeyValuePair<HumanBodyBones, string>(bone, joint);
        }
    }
}
