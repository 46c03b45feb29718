using System;
using System.Collections.Generic;
using PoseBridge.Core;
using UnityEngine;

namespace PoseBridge.Tests
{
    /// <summary>A Humanoid made of stubs: any body's bones, in an A-pose, every bone with axes of its own, below a root that
    /// stands, looks and is scaled as it likes.</summary>
    public sealed class Humanoid
    {
        private static readonly Dictionary<int, HumanBodyBones> Names = new Dictionary<int, HumanBodyBones>
        {
            { 0, HumanBodyBones.Hips }, { 1, HumanBodyBones.LeftUpperLeg }, { 2, HumanBodyBones.RightUpperLeg },
            { 3, HumanBodyBones.Spine }, { 4, HumanBodyBones.LeftLowerLeg }, { 5, HumanBodyBones.RightLowerLeg },
            { 6, HumanBodyBones.Chest }, { 7, HumanBodyBones.LeftFoot }, { 8, HumanBodyBones.RightFoot },
            { 9, HumanBodyBones.UpperChest }, { 10, HumanBodyBones.LeftToes }, { 11, HumanBodyBones.RightToes },
            { 12, HumanBodyBones.Neck }, { 13, HumanBodyBones.LeftShoulder }, { 14, HumanBodyBones.RightShoulder },
            { 15, HumanBodyBones.Head }, { 16, HumanBodyBones.LeftUpperArm }, { 17, HumanBodyBones.RightUpperArm },
            { 18, HumanBodyBones.LeftLowerArm }, { 19, HumanBodyBones.RightLowerArm }, { 20, HumanBodyBones.LeftHand },
            { 21, HumanBodyBones.RightHand },
        };

        private readonly Transform[] _joints = new Transform[22];

        /// <param name="offsetsM">T-pose, project axes.</param>
        /// <param name="armsRad">How far the arms hang below the T-pose.</param>
        public Humanoid(Vec3[] offsetsM, double armsRad, Vector3 place, float yaw, float scale, int seed,
                        params int[] lacking)
        {
            var random = new System.Random(seed);
            Root = new GameObject("avatar");
            Root.transform.SetPositionAndRotation(place, Quaternion.Euler(0, yaw, 0));
            Root.transform.localScale = new Vector3(scale, scale, scale);
            Animator = Root.AddComponent<Animator>();
            Animator.avatar = new Avatar();
            var local = new Quat[22];
            for (var joint = 0; joint < 22; joint++) local[joint] = Quat.Identity;
            local[16] = Quat.About(new Vec3(0, 0, 1), -armsRad);
            local[17] = Quat.About(new Vec3(0, 0, 1), armsRad);
            var global = new Quat[22];
            Skeleton.GlobalRotations(local, global);
            var places = new Vec3[22];
            Skeleton.JointPositions(offsetsM, new Vec3(0, Skeleton.HipHeight(offsetsM) - offsetsM[1].Y, 0), global, places);
            for (var joint = 0; joint < 22; joint++)
                if (Array.IndexOf(lacking, joint) < 0) Add(joint, places[joint], random);
        }

        public GameObject Root { get; }

        public Animator Animator { get; }

        /// <summary>Null where it lacks it.</summary>
        public Transform Joint(int joint)
        {
            return _joints[joint];
        }

        private void Add(int joint, Vec3 place, System.Random random)
        {
            var bone = new GameObject("bone " + joint);
            var parent = Smpl22.Parents[joint];
            while (parent >= 0 && _joints[parent] == null) parent = Smpl22.Parents[parent];
            bone.transform.parent = parent < 0 ? Root.transform : _joints[parent];
            bone.transform.rotation = Quaternion.Euler(random.Next(360), random.Next(360), random.Next(360));
            bone.transform.position = Root.transform.TransformPoint(Axes.ToUnity(place));
            _joints[joint] = bone.transform;
            Animator.Bones[Names[joint]] = bone.transform;
        }
    }
}
