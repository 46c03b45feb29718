using NUnit.Framework;
using PoseBridge.Core;

namespace PoseBridge.Tests
{
    /// <summary>Standing still is seen, and what a calibration found is worn.</summary>
    [TestFixture]
    public sealed class CalibrationTest
    {
        private static readonly Quat Quarter = Quat.About(new Vec3(0, 1, 0), System.Math.PI / 2);

        private static SessionSetup Told(params Joint[] joints)
        {
            var setup = new SessionSetup();
            foreach (var joint in joints)
            {
                setup.Trackers.Add(new Tracker { Joint = joint });
                new Mount(new Vec3(0, 0.1, 0.2), Quarter).Write(setup.Trackers[setup.Trackers.Count - 1]);
            }
            return setup;
        }

        private static void Stand(StandingStill standing, double fromS, double toS, double heightM, bool seen = true)
        {
            var reading = new TrackerReading(1);
            for (var timeS = fromS; timeS < toS; timeS += 0.01)
            {
                reading.Set(0, new Vec3(0.2, heightM + 0.1, 0), Quarter * Quarter, true, seen);
                standing.Add(reading, timeS);
            }
        }

        [Test]
        public void TwoSecondsWithoutAMoveAreAStanding()
        {
            var standing = new StandingStill(Told(Joint.Head));
            Stand(standing, 0, 1.5, 1.6);
            Assert.IsFalse(standing.IsDone);
            Stand(standing, 1.5, 3, 1.7); // a step
            Assert.AreEqual(1.5, standing.HeldS, 0.02);
            Stand(standing, 3, 3.1, 1.7, false); // not seen
            Stand(standing, 3.1, 4, 1.7);
            Stand(standing, 5, 6.9, 1.7); // after a gap
            Assert.IsFalse(standing.IsDone);
            Stand(standing, 6.9, 7.2, 1.7);
            Assert.IsTrue(standing.IsDone);
            Assert.AreEqual(1.7, standing.HeadHeightM, 1e-6, "the mount is taken off");
            var lines = standing.Table(1.8).Split('\n');
            Assert.AreEqual("# height: 1.8000 m", lines[1]);
            StringAssert.StartsWith("time[s],head.position.x[m],head.position.y[m]", lines[2]);
            StringAssert.StartsWith("0.000000,0.0000000,1.7000000,0.0000000,", lines[3]);
        }

        [Test]
        public void WithoutAHeadNobodyIsMeasured()
        {
            Assert.Throws<CalibrationException>(() => new StandingStill(Told(Joint.LWrist)));
        }

        [Test]
        public void SomebodyTallHasTheSameProportions()
        {
            var wearer = Wearer.Tall(Smpl22.NeutralOffsetsM, 1.25 * BodyMeasure.HeadHeight(Smpl22.NeutralOffsetsM));
            for (var joint = 1; joint < 22; joint++)
                Assert.AreEqual(1.25 * Smpl22.NeutralOffsetsM[joint].Length, wearer.OffsetsM[joint].Length, 1e-9);
        }

        [Test]
        public void WhatWasFoundIsWornAndKept()
        {
            var bones = Wearer.Of(Smpl22.NeutralOffsetsM).ToJson();
            var found = bones.Replace("[]", "[{\"joint\": \"head\", \"mount_position_m\": [0, 0, 0.05], \"mount_xyzw\": " +
                                            "[0, 0.70710678, 0, 0.70710678]}]");
            var told = Told(Joint.Head, Joint.LWrist);
            var wearer = Wearer.Read(found).After(told);
            wearer = Wearer.Read(wearer.ToJson());
            wearer.Apply(told);
            var head = Mount.Of(told.Trackers[0]);
            Assert.Less((head.PlaceM - new Vec3(0.2, 0.1, 0.05)).Length, 1e-6);
            Assert.AreEqual(1, System.Math.Abs(Quat.Dot(head.Turn, Quarter * Quarter)), 1e-6);
            Assert.AreEqual(0.2f, told.Trackers[1].MountPositionM[2], "one that is not found is worn as it was said to be");
            Assert.AreEqual(66, told.OffsetsM.Count);
            Assert.AreEqual((float)Smpl22.NeutralOffsetsM[4].Y, told.OffsetsM[13], 1e-6f);
        }

        [TestCase("{}")]
        [TestCase("[1]")]
        [TestCase("{\"format\": 2}")]
        [TestCase("{\"format\": 1, \"offsets_m\": {}, \"trackers\": []}")]
        [TestCase("{\"format\": 1, \"offsets_m\": 3, \"trackers\": [")]
        public void WhatIsNoCalibrationIsTold(string text)
        {
            Assert.Throws<CalibrationException>(() => Wearer.Read(text));
        }
    }
}
