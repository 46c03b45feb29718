using System;
using NUnit.Framework;
using PoseBridge.Core;

namespace PoseBridge.Tests
{
    /// <summary>What happens to poses between their arrival and the screen.</summary>
    [TestFixture]
    public sealed class LiveTest
    {
        private static BodyPose Pose(double timeS, double lateS)
        {
            var pose = new BodyPose { TimeNs = (long)Math.Round(1e9 * timeS), ReceivedS = timeS + lateS };
            pose.RootPositionM[0] = (float)timeS; // a metre a second
            var turn = Quat.About(Vec3.Up, timeS); // a radian a second
            for (var joint = 0; joint < 22; joint++)
            {
                pose.LocalXyzw[4 * joint + 1] = (float)turn.Y;
                pose.LocalXyzw[4 * joint + 3] = (float)turn.W;
                pose.Confidence[joint] = 0.5f;
            }
            return pose;
        }

        [Test]
        public void UnevenArrivalIsShownEvenly()
        {
            var buffer = new JitterBuffer();
            var sample = new PoseSample();
            var random = new Random(0);
            double nextS = 1, arrivesS = 1.015, lastM = double.NaN, worst = 0;
            for (var nowS = 1.0; nowS < 4; nowS += 1 / 72.0)
            {
                while (arrivesS <= nowS)
                {
                    buffer.Add(Pose(nextS, arrivesS - nextS));
                    nextS += 1 / 90.0;
                    arrivesS = Math.Max(arrivesS, nextS + 0.01 + 0.015 * random.NextDouble());
                }
                if (!buffer.Sample(nowS, sample)) continue;
                if (nowS > 2.5) worst = Math.Max(worst, Math.Abs((sample.RootM.X - lastM) * 72 - 1));
                lastM = sample.RootM.X;
                if (nowS > 2.5) Assert.AreEqual(sample.RootM.X, 2 * Math.Atan2(sample.Local[3].Y, sample.Local[3].W), 1e-5);
            }
            Assert.Less(worst, 0.15, "its speed is nearly what it is");
            Assert.That(buffer.DelayS, Is.InRange(0.025, 0.045));
        }

        [Test]
        public void WithoutADelayTheNewestIsShownAsItCame()
        {
            var buffer = new JitterBuffer { FixedDelayS = 0 };
            var sample = new PoseSample();
            Assert.IsFalse(buffer.Sample(0, sample));
            buffer.Add(Pose(1, 0.01));
            buffer.Add(Pose(1.02, 0.01));
            Assert.IsTrue(buffer.Sample(1.5, sample));
            Assert.AreEqual(1.02, sample.RootM.X, 1e-6);
            buffer.Add(Pose(1.01, 0.5)); // late: left out
            buffer.Sample(1.6, sample);
            Assert.AreEqual(1.02, sample.RootM.X, 1e-6);
        }

        [Test]
        public void AStalledStreamGoesOnForAMomentAndThenHolds()
        {
            var buffer = new JitterBuffer { FixedDelayS = 0.02 };
            var sample = new PoseSample();
            for (var one = 0; one <= 20; one++) buffer.Add(Pose(1 + one * 0.01, 0.01));
            buffer.Sample(1.21, sample);
            Assert.AreEqual(1.19, sample.RootM.X, 1e-5);
            buffer.Sample(1.24, sample);
            Assert.AreEqual(1.22, sample.RootM.X, 1e-5);
            for (var nowS = 1.3; nowS < 3; nowS += 0.3)
            {
                buffer.Sample(nowS, sample);
                Assert.AreEqual(1.25, sample.RootM.X, 1e-5);
            }
        }

        [Test]
        public void NothingHereMakesGarbage()
        {
            var buffer = new JitterBuffer();
            var sample = new PoseSample();
            var smoother = new PoseSmoother { TauS = 0.05 };
            var pose = Pose(1, 0.01);
            Action frames = () =>
            {
                for (var one = 0; one < 300; one++)
                {
                    pose.TimeNs += 11000000;
                    pose.ReceivedS = 1e-9 * pose.TimeNs + 0.01;
                    buffer.Add(pose);
                    buffer.Sample(pose.ReceivedS, sample);
                    smoother.Apply(sample, 0.011);
                }
            };
            frames();
            Assert.AreEqual(0, Garbage.Of(frames));
        }

        [TestCase(30)]
        [TestCase(144)]
        public void SmoothingIsTheSameAtEveryRate(int rateHz)
        {
            var place = Vec3.Zero;
            var turn = Quat.Identity;
            for (var one = 0; one < rateHz / 2; one++)
            {
                place = Smoothing.Toward(place, new Vec3(1, 0, 0), 1.0 / rateHz, 0.5);
                turn = Smoothing.Toward(turn, Quat.About(Vec3.Up, 1), 1.0 / rateHz, 0.5);
            }
            Assert.AreEqual(1 - Math.Exp(-1), place.X, 1e-9);
            Assert.AreEqual(1 - Math.Exp(-1), Quat.Angle(Quat.Identity, turn), 1e-9);
        }

        [Test]
        public void OneEuroCalmsWhatRestsAndFollowsWhatMoves()
        {
            var filter = new OneEuro();
            var random = new Random(1);
            double jitter = 0, lag = 0;
            for (var one = 0; one < 400; one++)
            {
                var moving = one >= 200;
                var truth = new Vec3(moving ? (one - 200) * 0.02 : 0, 1, 0); // 1.8 m/s
                var noise = new Vec3(random.NextDouble() - 0.5, random.NextDouble() - 0.5, 0) * 0.004;
                Vec3 place = truth + noise;
                Quat turn = Quat.Identity;
                filter.Apply(ref place, ref turn, one / 90.0);
                if (one > 100 && !moving) jitter = Math.Max(jitter, (place - truth).Length);
                if (one > 300) lag = Math.Max(lag, (place - truth).Length);
            }
            Assert.Less(jitter, 0.001);
            Assert.Less(lag, 0.04);
        }

        [Test]
        public void AnAvatarHoldsThenFadesThenComesBack()
        {
            var fresh = new Freshness();
            Assert.IsFalse(fresh.Tick(0, double.NegativeInfinity));
            Assert.AreEqual(PoseState.Waiting, fresh.State);
            for (var nowS = 1.0; nowS < 2; nowS += 0.01) fresh.Tick(nowS, nowS);
            Assert.AreEqual(1, fresh.Weight);
            Assert.IsTrue(fresh.Tick(2.5, 2));
            Assert.AreEqual(PoseState.Stale, fresh.State);
            Assert.AreEqual(1, fresh.Weight);
            Assert.IsTrue(fresh.Tick(4.1, 2));
            Assert.AreEqual(PoseState.Lost, fresh.State);
            fresh.Tick(4.3, 2);
            fresh.Tick(9, 2);
            Assert.AreEqual(0, fresh.Weight);
            Assert.IsTrue(fresh.Tick(9.1, 9.1));
            Assert.AreEqual(0.2, fresh.Weight, 1e-9);
        }

        [Test]
        public void TheClockIsReadFromTheQuickestAnswer()
        {
            var clock = new ClockOffset();
            var random = new Random(2);
            for (var one = 0; one < 40; one++)
            {
                long there = 1000 + random.Next(100000), back = 1000 + random.Next(100000), sent = one * 1000000L;
                if (one == 30) there = back = 1000;
                clock.Add(sent, sent + there + 5000000, sent + there + 5000300, sent + there + 300 + back);
            }
            Assert.AreEqual(2000, clock.RoundTripNs);
            Assert.AreEqual(5000000, clock.OffsetNs, 1);
        }

        [Test]
        public void UnitysAxesAreAMirror()
        {
            var turn = new Quat(0.1, 0.2, 0.3, 0.9).Unit;
            var place = new Vec3(1, 2, 3);
            var there = UnityAxes.Mirrored(turn) * UnityAxes.Mirrored(place);
            Assert.Less((UnityAxes.Mirrored(there) - turn * place).Length, 1e-12);
            Assert.AreEqual(-1, UnityAxes.Mirrored(new Vec3(1, 0, 0)).X);
        }
    }
}
