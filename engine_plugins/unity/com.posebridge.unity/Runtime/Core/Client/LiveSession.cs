using System;

namespace PoseBridge.Core
{
    /// <summary>One body that is solved live. Newest wins, both ways: a reading that could not go when a newer one
    /// comes is dropped and counted, and every frame that goes acknowledges the newest pose that came, which gives
    /// the daemon its credit back. Made by <see cref="Client.OpenSession"/>; what it shares with the client's thread
    /// is behind the hub's lock.</summary>
    public sealed class LiveSession
    {
        private const int MostPoses = 64; // that lie until they are taken; beyond, the oldest are lost

        private readonly LiveHub _hub;
        private readonly BodyPose[] _poses = new BodyPose[MostPoses];
        private readonly TrackerReading _offered;
        private readonly TrackerFrame _frame = new TrackerFrame();
        private readonly ClientMessage _message;
        private bool _hasOffered;
        private int _first, _count;
        private ulong _after; // sequences up to this were another session's

        internal LiveSession(LiveHub hub, int slot, SessionSetup setup)
        {
            _hub = hub;
            Slot = slot;
            _offered = new TrackerReading(setup.Trackers.Count);
            _message = new ClientMessage { Body = _frame };
            for (var one = 0; one < MostPoses; one++) _poses[one] = new BodyPose();
        }

        /// <summary>Whether the daemon knows it.</summary>
        public bool IsOpen
        {
            get { return _frame.Session.Length > 0; }
        }

        /// <summary>Whether a reading that is sent now goes at once: it is open, and its socket is
        /// connected.</summary>
        public bool IsFlowing
        {
            get { lock (_hub) return IsOpen && _hub.Line != null && _hub.Line.Up; }
        }

        /// <summary>Path of the session file the daemon writes, where it was asked to; else empty.</summary>
        public string Recording { get; internal set; } = "";

        /// <summary>Readings that newer ones replaced before they were sent.</summary>
        public long Unsent { get; private set; }

        /// <summary>Readings that were sent.</summary>
        public long Sent { get; private set; }

        internal int Slot { get; }

        internal bool IsClosing { get; set; }

        internal byte[] Token
        {
            get { return _frame.Session; }
        }

        internal bool HasOffered
        {
            get { return _hasOffered && IsOpen; }
        }

        /// <summary>As soon as may be, unless a newer one comes first. Before the session is open, the newest waits
        /// for it. Nothing is kept of the argument. ArgumentException if it has another number of trackers or a
        /// negative time.</summary>
        public void Send(TrackerReading reading)
        {
            if (reading.Trackers != _offered.Trackers || reading.TimeNs < 0)
                throw new ArgumentException("a reading of " + reading.Trackers + " trackers at " + reading.TimeNs +
                    " ns; the session has " + _offered.Trackers + ", and no time is negative");
            lock (_hub)
            {
                if (_hasOffered) Unsent++;
                _offered.CopyFrom(reading);
                _hasOffered = true;
                _hub.SendOffered(this);
            }
        }

        /// <summary>The oldest pose that was not taken yet; false where there is none.</summary>
        public bool TryTake(BodyPose into)
        {
            lock (_hub)
            {
                if (_count == 0) return false;
                into.CopyFrom(_poses[_first]);
                _first = (_first + 1) % MostPoses;
                _count--;
                return true;
            }
        }

        internal void Open(byte[] token, string recording, ulong after)
        {
            _frame.Session = token;
            _frame.LastResultSeen = null;
            Recording = recording;
            _after = after;
            _first = _count = 0;
        }

        internal void Lose()
        {
            _frame.Session = new byte[0];
            _hasOffered = false;
        }

        /// <summary>The offered reading as a frame; it is no longer offered.</summary>
        internal ClientMessage NextFrame(ulong sequence)
        {
            _hasOffered = false;
            Sent++;
            _frame.Sequence = sequence;
            _frame.TimeNs = _offered.TimeNs;
            _frame.PositionsM.Set(_offered.PositionsM);
            _frame.RotationsXyzw.Set(_offered.RotationsXyzw);
            _frame.PositionValid = _offered.PositionValid;
            _frame.RotationValid = _offered.RotationValid;
            return _message;
        }

        internal void Hear(PoseFrame frame, double nowS)
        {
            if (!IsOpen || frame.Sequence <= _after || frame.Sequence <= (_frame.LastResultSeen ?? 0)) return;
            var place = (_first + _count) % MostPoses;
            _poses[place].Read(frame, nowS);
            _frame.LastResultSeen = frame.Sequence;
            if (_count < MostPoses) _count++;
            else _first = (_first + 1) % MostPoses;
        }
    }
}
