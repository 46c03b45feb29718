using System;
using NUnit.Framework;
using PoseBridge.Core;
using UnityEngine;

namespace PoseBridge.Tests
{
    /// <summary>Solved poses on hierarchies of transforms.</summary>
    [TestFixture]
    public sealed class AvatarBodyTest
    {
        private static readonly int[] Limbs = { 4, 5, 7, 8, 18, 19, 20, 21 };

        private static Vec3[] Stretched(double legs, double arms)
        {
            var offsets = (Vec3[])Smpl22.NeutralOffsetsM.Clone();
            foreach (var joint in new[] { 4, 5, 7, 8 }) offsets[joint] = offsets[joint] * legs;
            foreach (var joint in new[] { 18, 19, 20, 21 }) offsets[joint] = offsets[joint] * arms;
            return offsets;
        }

        private static PoseSample Thrown(int seed)
        {
            var random = new System.Random(seed);
            var sample = new PoseSample { RootM = new Vec3(random.NextDouble(), 0.9, random.NextDouble()) };
            for (var joint = 0; joint < 22; joint++)
            {
                var axis = new Vec3(random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() - 0.5).Unit;
                sample.Local[joint] = Quat.About(axis, 1.5 * random.NextDouble());
            }
            return sample;
        }

        [TestCase(1.0, 1.0, 0.0, 1f, 0f, 1)]
        [TestCase(1.0, 1.0, 0.8, 1f, 90f, 2)]
        [TestCase(0.8, 1.2, 0.6, 0.5f, -37f, 3)]
        [TestCase(1.2, 0.9, 1.2, 1.7f, 200f, 4)]
        public void EveryLimbPointsWhereTheSolvedOneDoes(double legs, double arms, double hang, float scale, float yaw,
                                                         int seed)
        {
            var human = new Humanoid(Stretched(legs, arms), hang, new Vector3(2, 0.5f, -3), yaw, scale, seed);
            var body = new AvatarBody(human.Root.transform, human.Animator.avatar, HumanoidBones.Read(human.Animator), 0);
            for (var round = 0; round < 5; round++)
            {
                var pose = Thrown(seed + 10 * round);
                body.Apply(pose, 1, false);
                var global = new Quat[22];
                Skeleton.GlobalRotations(pose.Local, global);
                foreach (var joint in Limbs)
                {
                    var parent = Smpl22.Parents[joint];
                    var wanted = Quaternion.Euler(0, yaw, 0) * Axes.ToUnity(global[parent] * body.OffsetsM[joint]);
                    var found = human.Joint(joint).position - human.Joint(parent).position;
                    Assert.Less(Degrees(wanted, found), 0.1, Smpl22.Names[joint]);
                }
            }
        }

        [Test]
        public void AnAvatarOfTheSolvedBodysSizeIsWhereTheBodyIs()
        {
            var human = new Humanoid(Stretched(1.1, 0.95), 0.7, Vector3.zero, 0, 1, 5);
            var body = new AvatarBody(human.Root.transform, human.Animator.avatar, HumanoidBones.Read(human.Animator), 0);
            var pose = Thrown(6);
            body.Apply(pose, 1, false);
            var global = new Quat[22];
            var places = new Vec3[22];
            Skeleton.GlobalRotations(pose.Local, global);
            Skeleton.JointPositions(body.OffsetsM, pose.RootM, global, places);
            for (var joint = 0; joint < 22; joint++)
                Assert.Less((human.Joint(joint).position - Axes.ToUnity(places[joint])).magnitude, 1e-3, Smpl22.Names[joint]);
        }

        [Test]
        public void ABodyIsMeasuredFromTheTPoseAndScaledToItsHeight()
        {
            var offsets = Stretched(1.15, 0.9);
            var human = new Humanoid(offsets, 0.9, new Vector3(1, 0, 1), 30, 1, 7);
            var bones = HumanoidBones.Read(human.Animator);
            var measured = new AvatarBody(human.Root.transform, null, bones, 0).OffsetsM;
            foreach (var joint in Limbs) Assert.AreEqual(offsets[joint].Length, measured[joint].Length, 1e-4);
            var tall = new AvatarBody(human.Root.transform, null, bones, 1.9).OffsetsM;
            Assert.AreEqual(1.9, BodyMeasure.Height(tall), 1e-6);
            Assert.AreEqual(tall[4].Length / measured[4].Length, tall[18].Length / measured[18].Length, 1e-6);
        }

        [Test]
        public void BonesThatAreLackingLeaveTheirTurnsToOthers()
        {
            var human = new Humanoid(Smpl22.NeutralOffsetsM, 0.5, Vector3.zero, 0, 1, 8, 9, 10, 11, 12, 13, 14);
            var body = new AvatarBody(human.Root.transform, human.Animator.avatar, HumanoidBones.Read(human.Animator), 0);
            var pose = Thrown(9);
            body.Apply(pose, 1, false);
            var global = new Quat[22];
            Skeleton.GlobalRotations(pose.Local, global);
            foreach (var joint in Limbs)
            {
                var parent = Smpl22.Parents[joint];
                var found = human.Joint(joint).position - human.Joint(parent).position;
                Assert.Less(Degrees(Axes.ToUnity(global[parent] * body.OffsetsM[joint]), found), 0.1, Smpl22.Names[joint]);
            }
            foreach (var offset in body.OffsetsM) Assert.Less(offset.Length, 0.6);
            Assert.AreEqual(0, body.OffsetsM[12].X, 1e-3);
        }

        [Test]
        public void AHumanoidsOwnTPoseIsItsRest()
        {
            var straight = new Humanoid(Smpl22.NeutralOffsetsM, 0, Vector3.zero, 0, 1, 10);
            var bent = new Humanoid(Smpl22.NeutralOffsetsM, 0, Vector3.zero, 0, 1, 10);
            var skeleton = new SkeletonBone[22];
            for (var joint = 0; joint < 22; joint++)
            {
                var bone = straight.Joint(joint);
                skeleton[joint] = new SkeletonBone
                {
                    name = bone.name, position = bone.localPosition, rotation = bone.localRotation, scale = bone.localScale,
                };
                bent.Joint(joint).localRotation = bent.Joint(joint).localRotation * Quaternion.Euler(20, 30, 10);
            }
            bent.Animator.avatar.humanDescription = new HumanDescription { skeleton = skeleton };
            var pose = Thrown(11);
            foreach (var human in new[] { straight, bent })
                new AvatarBody(human.Root.transform, human.Animator.avatar, HumanoidBones.Read(human.Animator), 0)
                    .Apply(pose, 1, false);
            for (var joint = 0; joint < 22; joint++)
                Assert.Less((straight.Joint(joint).position - bent.Joint(joint).position).magnitude, 1e-4);
        }

        [Test]
        public void HalfAWeightIsHalfTheWayAndRestIsRest()
        {
            var human = new Humanoid(Smpl22.NeutralOffsetsM, 0.5, Vector3.zero, 0, 1, 12);
            var body = new AvatarBody(human.Root.transform, human.Animator.avatar, HumanoidBones.Read(human.Animator), 0);
            Vector3 rest = human.Joint(20).position, hips = human.Joint(0).position;
            body.Apply(Thrown(13), 0.5f, false);
            Assert.Greater((human.Joint(20).position - rest).magnitude, 0.1);
            body.Apply(Thrown(13), 0.5f, false);
            body.Rest();
            Assert.Less((human.Joint(20).position - rest).magnitude, 1e-5);
            Assert.Less((human.Joint(0).position - hips).magnitude, 1e-6);
        }

        [Test]
        public void WhatCannotBeABodyIsToldInOneLine()
        {
            var human = new Humanoid(Smpl22.NeutralOffsetsM, 0, Vector3.zero, 0, 1, 14, 18);
            var bones = HumanoidBones.Read(human.Animator);
            var error = Assert.Throws<RigException>(() => new AvatarBody(human.Root.transform, null, bones, 0));
            Assert.AreEqual("no bone stands for L_elbow", error.Message);
            human = new Humanoid(Smpl22.NeutralOffsetsM, 0, Vector3.zero, 0, 1, 14);
            human.Root.transform.localScale = new Vector3(1, 2, 1);
            bones = HumanoidBones.Read(human.Animator);
            error = Assert.Throws<RigException>(() => new AvatarBody(human.Root.transform, null, bones, 0));
            StringAssert.Contains("alike along all axes", error.Message);
        }

        private static double Degrees(Vector3 one, Vector3 other)
        {
            Vec3 first = Axes.ToProject(one).Unit, last = Axes.ToProject(other).Unit;
            return Math.Asin(Math.Min(1, Vec3.Cross(first, last).Length)) * 180 / Math.PI +
                   (Vec3.Dot(first, last) < 0 ? 90 : 0);
        }
    }
}
