using System;
using PoseBridge.Core;

namespace PoseBridge
{
    /// <summary>One avatar's session: readings out, poses in, what to show now. Allocates nothing once it
    /// runs.</summary>
    public sealed class AvatarLink
    {
        private readonly PoseBridgeConnection _connection;
        private readonly TrackerSource _trackers;
        private readonly SteadySession _session;
        private readonly TrackerReading _reading;
        private readonly BodyPose _pose = new BodyPose();
        private readonly PoseSmoother _smoother = new PoseSmoother();
        private readonly Freshness _fresh = new Freshness();
        private double _sendS = double.NegativeInfinity, _lastS = double.NaN, _countedS = double.NaN;

        /// <summary>Opens the session as soon as there is a connection.</summary>
        /// <param name="wearer">The person to solve for.</param>
        public AvatarLink(PoseBridgeConnection connection, TrackerSource trackers, Wearer wearer, string name,
                          bool record)
        {
            _connection = connection;
            _trackers = trackers;
            Told = Describe(trackers, name);
            var setup = Describe(trackers, name);
            wearer.Apply(setup);
            _reading = new TrackerReading(trackers.Count);
            connection.Acquire();
            _session = connection.Open(setup, record);
        }

        /// <summary>What is to be shown, where <see cref="Advance"/> said so.</summary>
        public PoseSample Sample { get; } = new PoseSample();

        /// <summary>The trackers as they are said to be worn, whatever a calibration found.</summary>
        public SessionSetup Told { get; }

        /// <summary>While it is set, it is given what is sent.</summary>
        public StandingStill Standing { get; set; }

        public JitterBuffer Buffer { get; } = new JitterBuffer();

        /// <summary>At most so many readings a second are sent.</summary>
        public double MostReadingsHz { get; set; } = 90;

        /// <summary>Seconds; 0: none.</summary>
        public double SmoothingS { get; set; }

        public PoseState State
        {
            get { return _fresh.State; }
        }

        /// <summary>How much the avatar follows: fades when poses are lost.</summary>
        public double Weight
        {
            get { return _fresh.Weight; }
        }

        /// <summary>Whether the state is another than it was a frame ago.</summary>
        public bool StateChanged { get; private set; }

        /// <summary>Why the daemon does not solve for it, in one sentence; else null.</summary>
        public string Problem
        {
            get { return _session.Problem != null ? _session.Problem.Message : _connection.Problem; }
        }

        /// <summary>Once a frame: whether there is something to show.</summary>
        public bool Advance(double nowS)
        {
            _connection.Tick(nowS);
            Send(nowS);
            var came = 0;
            for (; _session.TryTake(_pose); came++) Buffer.Add(_pose);
            Count(came, nowS);
            StateChanged = _fresh.Tick(nowS, Buffer.NewestReceivedS);
            if (!Buffer.Sample(nowS, Sample)) return false;
            _smoother.TauS = SmoothingS;
            _smoother.Apply(Sample, double.IsNaN(_lastS) ? 0 : nowS - _lastS);
            _lastS = nowS;
            return true;
        }

        /// <summary>Poses a second, of late.</summary>
        public double PosesHz { get; private set; }

        public void Close()
        {
            _connection.Close(_session);
            _connection.Release();
        }

        private void Count(int came, double nowS)
        {
            const double tauS = 1;
            var stepS = double.IsNaN(_countedS) ? 0 : nowS - _countedS;
            _countedS = nowS;
            if (stepS > 0) PosesHz += (came / stepS - PosesHz) * Smoothing.Share(stepS, tauS);
        }

        /// <summary>On a beat of its own, whatever the frame rate: a frame that is a little early counts.</summary>
        private void Send(double nowS)
        {
            const double earlyS = 0.002;
            if (nowS < _sendS - earlyS) return;
            _sendS = Math.Max(_sendS + 1 / MostReadingsHz, nowS);
            _trackers.Read(_reading, nowS);
            _reading.TimeNs = (long)(1e9 * nowS);
            _session.Send(_reading);
            if (Standing != null) Standing.Add(_reading, nowS);
        }

        private static SessionSetup Describe(TrackerSource trackers, string name)
        {
            var setup = new SessionSetup { Name = name, FloorHeightM = 0f };
            trackers.Describe(setup);
            if (setup.Trackers.Count != trackers.Count || trackers.Count == 0)
                throw new RigException("the trackers are not assigned");
            return setup;
        }
    }
}
