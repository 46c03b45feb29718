using System;
using System.Collections.Generic;
using NUnit.Framework;
using PoseBridge.Core;

namespace PoseBridge.Tests
{
    /// <summary>The shared cases of retargeting: rotations, places and limbs as the oracle has them, to 1e-5.</summary>
    [TestFixture]
    public sealed class RetargetTest
    {
        private const double Close = 1e-5;

        private static IEnumerable<TestCaseData> Cases()
        {
            foreach (var one in Vectors.List(Vectors.Read("retarget.json"), "cases"))
                yield return new TestCaseData(one).SetName("retarget " + Vectors.Name(one));
            foreach (var one in Vectors.List(Vectors.Read(Environment.GetEnvironmentVariable("POSEBRIDGE_MORE")), "cases"))
                yield return new TestCaseData(one).SetName("retarget as Blender's " + Vectors.Name(one));
        }

        private static IEnumerable<TestCaseData> Limbs()
        {
            foreach (var one in Vectors.List(Vectors.Read("retarget.json"), "two_bone")) yield return new TestCaseData(one);
        }

        [TestCaseSource("Cases")]
        public void EveryRotationAndPlaceIsTheOracles(Dictionary<string, object> one)
        {
            var given = new RetargetCase(one);
            var retargeter = given.Retargeter();
            var expected = (Dictionary<string, object>)one["expected"];
            for (var frame = 0; frame < given.Frames; frame++)
            {
                retargeter.Apply(given.Root(frame), given.Local(frame), frame / 60.0);
                var wanted = (Dictionary<string, object>)((List<object>)expected["local_xyzw"])[frame];
                Assert.AreEqual(wanted.Count, retargeter.LocalRotations.Length);
                for (var row = 0; row < retargeter.LocalRotations.Length; row++)
                {
                    var name = given.Rig.Names[retargeter.Plan.Bones[row]];
                    var off = Quat.Angle(retargeter.LocalRotations[row], Vectors.Quat(wanted[name]));
                    Assert.Less(off, Close, name);
                }
                CheckPlaces(given, retargeter, (Dictionary<string, object>)((List<object>)expected["locations"])[frame]);
            }
        }

        private static void CheckPlaces(RetargetCase given, Retargeter retargeter, Dictionary<string, object> wanted)
        {
            var plan = retargeter.Plan;
            Assert.AreEqual(plan.Root >= 0 ? 2 : 1, wanted.Count);
            CheckPlace(Vectors.Vec3(wanted[given.Rig.Names[plan.Bones[plan.Main[0]]]]), retargeter.PelvisLocation);
            if (plan.Root >= 0)
                CheckPlace(Vectors.Vec3(wanted[given.Rig.Names[plan.Bones[plan.Root]]]), retargeter.RootLocation);
        }

        private static void CheckPlace(Vec3 wanted, Vec3 found)
        {
            Assert.Less((wanted - found).Length, Close * Math.Max(1, wanted.Length));
        }

        [TestCaseSource("Limbs")]
        public void ALimbReachesWhereTheOraclesDoes(Dictionary<string, object> limb)
        {
            Vec3 start = Vectors.Vec3(limb["start"]), middle = Vectors.Vec3(limb["middle"]), end = Vectors.Vec3(limb["end"]);
            var expected = (Dictionary<string, object>)limb["expected"];
            Quat upper, lower;
            TwoBone.BendTo(start, middle, end, Vectors.Vec3(limb["target"]), new Vec3(0, 0, 1), out upper, out lower);
            var bent = start + upper * (middle - start);
            CheckPlace(Vectors.Vec3(expected["middle"]), bent);
            CheckPlace(Vectors.Vec3(expected["end"]), bent + lower * (end - middle));
        }

        [Test]
        public void PosesAreAppliedWithoutGarbage()
        {
            foreach (var one in Vectors.List(Vectors.Read("retarget.json"), "cases"))
            {
                var given = new RetargetCase((Dictionary<string, object>)one);
                var retargeter = given.Retargeter();
                retargeter.Feet.Enabled = true;
                retargeter.Options.HandReach[0] = retargeter.Options.HandReach[1] = 0.5;
                Vec3 root = given.Root(0);
                Quat[] local = given.Local(0);
                Action frames = () =>
                {
                    for (var frame = 0; frame < 20; frame++) retargeter.Apply(root, local, frame / 60.0);
                };
                frames();
                Assert.AreEqual(0, Garbage.Of(frames));
            }
        }
    }
}
