using System;
using System.IO;
using System.Threading;
using PoseBridge.Core;

namespace PoseBridge.Probe
{
    /// <summary>A neutral adult with three trackers who stands in the T-pose and rises a millimetre a frame.</summary>
    public sealed class Somebody
    {
        private static readonly Vec3[] Rest =
        {
            new Vec3(0, 1.52, 0.005), new Vec3(0.68, 1.385, -0.075), new Vec3(-0.68, 1.385, -0.075),
        };

        private readonly TrackerReading _reading = new TrackerReading(3);
        private int _number;

        public static SessionSetup Setup()
        {
            var setup = new SessionSetup { Name = "Ada", PositionSdM = 0.002f, RotationSdRad = 0.01f, FloorHeightM = 0f };
            foreach (var offset in Smpl22.NeutralOffsetsM)
                foreach (var part in new[] { offset.X, offset.Y, offset.Z }) setup.OffsetsM.Add((float)part);
            foreach (var joint in new[] { Joint.Head, Joint.LWrist, Joint.RWrist })
                setup.Trackers.Add(new Tracker { Joint = joint });
            return setup;
        }

        public TrackerReading Next()
        {
            _number++;
            _reading.TimeNs = _number * 11111111L;
            for (var row = 0; row < 3; row++)
                _reading.Set(row, Rest[row] + new Vec3(0, 0.001 * (_number % 500), 0), Quat.Identity, true, true);
            return _reading;
        }

        public static int Threads()
        {
            return Directory.GetDirectories("/proc/self/task").Length;
        }

        /// <summary>Whether it came to pass in time; looked at every millisecond.</summary>
        public static bool Await(Func<bool> done, double mostS)
        {
            var deadlineS = MonotonicClock.NowS + mostS;
            while (!done())
            {
                if (MonotonicClock.NowS > deadlineS) return false;
                Thread.Sleep(1);
            }
            return true;
        }
    }
}
