using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading;
using PoseBridge.Core;

namespace PoseBridge.Probe
{
    /// <summary>Plays readings through a live session of a daemon, at a rate or (rate 0) each after the answer to the one
    /// before, and writes the poses and one line of figures. Arguments: connection file, SessionSetup, TrackerFrames each
    /// with its length before it, file for the poses, rate.</summary>
    public sealed class LiveErrand
    {
        private const int WarmUp = 200; // frames, after which nothing may be allocated
        private const double PatienceS = 5;

        private readonly List<TrackerReading> _readings = new List<TrackerReading>();
        private readonly double[] _sentS, _latencyMs;
        private readonly BodyPose[] _poses;
        private readonly LiveSession _session;
        private readonly Client _client;
        private readonly Dictionary<long, int> _byTime = new Dictionary<long, int>();
        private int _answered;

        private LiveErrand(string connection, string setupFile, string framesFile)
        {
            var setup = new SessionSetup();
            var data = File.ReadAllBytes(setupFile);
            setup.Decode(new WireReader(), data, 0, data.Length);
            ReadFrames(File.ReadAllBytes(framesFile), setup.Trackers.Count);
            _sentS = new double[_readings.Count];
            _latencyMs = new double[_readings.Count];
            _poses = new BodyPose[_readings.Count + 1];
            for (var one = 0; one < _poses.Length; one++) _poses[one] = new BodyPose();
            for (var one = 0; one < _readings.Count; one++) _byTime[_readings[one].TimeNs] = one;
            _client = new Client(ConnectionFile.Read(connection), "probe");
            _session = _client.OpenSession(setup);
            Await(() => _session.IsFlowing, 20);
        }

        public static int Run(string[] arguments)
        {
            var errand = new LiveErrand(arguments[1], arguments[2], arguments[3]);
            var rateHz = double.Parse(arguments[5], CultureInfo.InvariantCulture);
            errand.Play(rateHz);
            errand.Write(arguments[4]);
            return 0;
        }

        private void ReadFrames(byte[] data, int trackers)
        {
            var frame = new TrackerFrame();
            for (var at = 0; at < data.Length;)
            {
                var size = BitConverter.ToInt32(data, at);
                frame.Decode(new WireReader(), data, at + 4, size);
                at += 4 + size;
                var reading = new TrackerReading(trackers)
                {
                    TimeNs = frame.TimeNs, PositionValid = frame.PositionValid, RotationValid = frame.RotationValid,
                };
                Array.Copy(frame.PositionsM.Items, reading.PositionsM, reading.PositionsM.Length);
                Array.Copy(frame.RotationsXyzw.Items, reading.RotationsXyzw, reading.RotationsXyzw.Length);
                _readings.Add(reading);
            }
        }

        private void Play(double rateHz)
        {
            long own = 0, collections = 0;
            var beganS = MonotonicClock.NowS;
            for (var one = 0; one < _readings.Count; one++)
            {
                if (one == WarmUp)
                {
                    own = Memory.OfThisThread();
                    collections = GC.CollectionCount(0);
                }
                while (rateHz > 0 && MonotonicClock.NowS < beganS + one / rateHz) Rest();
                _sentS[one] = MonotonicClock.NowS;
                _session.Send(_readings[one]);
                var deadlineS = MonotonicClock.NowS + PatienceS;
                while (rateHz == 0 && _answered <= one && MonotonicClock.NowS < deadlineS) Rest();
            }
            own = Memory.OfThisThread() - own;
            collections = GC.CollectionCount(0) - collections;
            var endS = MonotonicClock.NowS + 0.5;
            while (_answered < _readings.Count && MonotonicClock.NowS < endS) Rest();
            var taken = Taken();
            var stopS = MonotonicClock.NowS;
            var stopped = _client.Close();
            stopS = MonotonicClock.NowS - stopS;
            Console.WriteLine(string.Format(CultureInfo.InvariantCulture,
                "{{\"sent\": {0}, \"answered\": {1}, \"unsent\": {2}, \"p50_ms\": {3:f3}, \"p99_ms\": {4:f3}, " +
                "\"own_bytes\": {5}, \"collections\": {6}, \"stopped\": {7}, \"stop_ms\": {8:f1}, " +
                "\"taken\": {9}, \"solved\": {10}, \"superseded\": {11} }}",
                _session.Sent, _answered, _session.Unsent, Percentile(0.5), Percentile(0.99), own, collections,
                stopped ? "true" : "false", 1e3 * stopS, taken.Frames, taken.Answered, taken.Superseded));
        }

        /// <summary>What became of the frames, as the daemon says.</summary>
        private SessionClosed Taken()
        {
            var request = _client.CloseSession(_session);
            SessionClosed closed = null;
            Somebody.Await(() =>
            {
                var answered = _client.TakeEvent() as AnsweredEvent;
                if (answered != null && answered.Request == request) closed = answered.Body as SessionClosed;
                return closed != null;
            }, PatienceS);
            return closed ?? new SessionClosed();
        }

        /// <summary>A moment, in which what has come is taken.</summary>
        private void Rest()
        {
            Thread.Sleep(1);
            while (_answered < _readings.Count && _session.TryTake(_poses[_answered]))
            {
                var pose = _poses[_answered];
                _latencyMs[_answered++] = 1e3 * (pose.ReceivedS - _sentS[_byTime[pose.TimeNs]]);
            }
        }

        private double Percentile(double share)
        {
            var sorted = new double[_answered];
            Array.Copy(_latencyMs, sorted, _answered);
            Array.Sort(sorted);
            return _answered == 0 ? -1 : sorted[(int)(share * (_answered - 1))];
        }

        private void Write(string path)
        {
            using (var file = new BinaryWriter(File.Create(path)))
                for (var one = 0; one < _answered; one++)
                {
                    file.Write(_poses[one].TimeNs);
                    foreach (var part in new[] { _poses[one].RootPositionM, _poses[one].LocalXyzw, _poses[one].Confidence })
                        foreach (var value in part) file.Write(value);
                }
        }

        private void Await(Func<bool> done, double mostS)
        {
            var deadlineS = MonotonicClock.NowS + mostS;
            while (!done())
            {
                for (var one = _client.TakeEvent(); one != null; one = _client.TakeEvent())
                {
                    var failed = one as FailedEvent;
                    var ended = one as EndedEvent;
                    if (failed != null) throw failed.Error;
                    if (ended != null) throw ended.Error;
                }
                if (MonotonicClock.NowS > deadlineS) throw new TimeoutException("nothing for " + mostS + " s");
                Thread.Sleep(1);
            }
        }
    }
}
