using System;
using System.Collections.Generic;
using NUnit.Framework;
using PoseBridge.Core;

namespace PoseBridge.Tests
{
    /// <summary>Feet that stand on a rig whose legs are another's.</summary>
    [TestFixture]
    public sealed class FootLockTest
    {
        private const double RateHz = 90;
        private static readonly Vec3[] Body = Smpl22.NeutralOffsetsM;

        /// <summary>A rig of 22 bones with shorter legs and long feet.</summary>
        private static Retargeter Rigged(bool locked)
        {
            var offsets = (Vec3[])Body.Clone();
            foreach (var joint in new[] { 4, 5, 7, 8 }) offsets[joint] = offsets[joint] * 0.8;
            foreach (var joint in new[] { 10, 11 }) offsets[joint] = offsets[joint] * 1.3;
            var places = Skeleton.JointsInTPose(offsets);
            var drives = new List<Drive>();
            foreach (var name in Smpl22.Names) drives.Add(new Drive(name, name));
            var rest = new Quat[22];
            for (var joint = 0; joint < 22; joint++)
            {
                rest[joint] = Quat.Identity;
                places[joint] += Vec3.Up * 0.8;
            }
            var rig = new Rig(Smpl22.Names, Smpl22.Parents, places, rest, places, Quat.Identity, 1, Vec3.Zero);
            var made = new Retargeter(new RetargetPlan(rig, new BoneMap(drives), Body, false), new RetargetOptions());
            made.Feet.Enabled = locked;
            return made;
        }

        /// <summary>Hips that sway over the left foot, which the body keeps where it is by turning its leg; then it lifts it.
        /// </summary>
        private static void Sway(Retargeter retargeter, double timeS, Quat[] local, out Vec3 root)
        {
            for (var joint = 0; joint < 22; joint++) local[joint] = Quat.Identity;
            var sway = 0.08 * Math.Sin(2 * timeS);
            local[1] = Quat.About(new Vec3(1, 0, 0), sway);
            local[7] = local[1].Inverse;
            var lift = timeS > 2 ? Math.Min((timeS - 2) * 1.5, 0.9) : 0;
            local[4] = Quat.About(new Vec3(1, 0, 0), lift);
            var global = new Quat[22];
            var places = new Vec3[22];
            Skeleton.GlobalRotations(local, global);
            Skeleton.JointPositions(Body, Vec3.Zero, global, places);
            root = new Vec3(-places[10].X + 0.1, 0.92, lift > 0 ? 0.05 : -places[10].Z);
        }

        private static List<Vec3> LeftToes(bool locked, double seconds)
        {
            var retargeter = Rigged(locked);
            var local = new Quat[22];
            var found = new List<Vec3>();
            for (var timeS = 0.0; timeS < seconds; timeS += 1 / RateHz)
            {
                Vec3 root;
                Sway(retargeter, timeS, local, out root);
                retargeter.Apply(root, local, timeS);
                found.Add(Toe(retargeter));
            }
            return found;
        }

        /// <summary>By the rig's own forward kinematics.</summary>
        private static Vec3 Toe(Retargeter retargeter)
        {
            var place = retargeter.PelvisM;
            var turn = retargeter.LocalRotations[retargeter.Plan.Main[0]];
            var before = 0;
            foreach (var joint in new[] { 1, 4, 7, 10 })
            {
                var character = retargeter.Plan.Character;
                place += turn * (character.Joint(joint) - character.Joint(before));
                turn = turn * retargeter.LocalRotations[retargeter.Plan.Main[joint]];
                before = joint;
            }
            return place;
        }

        [Test]
        public void AStandingFootStandsAndWithoutTheLockItSlides()
        {
            Assert.Greater(Spread(LeftToes(false, 1.5)), 0.004);
            Assert.Less(Spread(LeftToes(true, 1.5)), 0.0005);
        }

        [Test]
        public void ItIsLetGoWithoutAJump()
        {
            List<Vec3> free = LeftToes(false, 4), held = LeftToes(true, 4);
            for (var frame = 2; frame < held.Count; frame++)
                Assert.Less((held[frame] - held[frame - 1]).Length, (free[frame] - free[frame - 1]).Length + 0.012);
            Assert.Less((held[held.Count - 1] - free[free.Count - 1]).Length, 0.002, "in the end it is free");
        }

        private static double Spread(List<Vec3> places)
        {
            var most = 0.0;
            for (var frame = 5; frame < places.Count; frame++)
                most = Math.Max(most, (places[frame] - places[5]).Length);
            return most;
        }
    }
}
