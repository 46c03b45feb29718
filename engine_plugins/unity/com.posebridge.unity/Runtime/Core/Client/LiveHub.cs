namespace PoseBridge.Core
{
    /// <summary>All live sessions of a client over one socket. A frame's sequence says whose it is: the low bits are
    /// the session's slot, so its answer finds the way back. The hub is the lock of all that is live: the caller's
    /// thread sends, the client's thread hears.</summary>
    internal sealed class LiveHub
    {
        public const int MostSessions = 1 << SlotBits;
        private const int SlotBits = 6;
        private const int UnsentBytes = 4096; // more than this lies before a daemon that does not read: readings wait

        private readonly LiveSession[] _sessions = new LiveSession[MostSessions];
        private readonly ulong[] _sequences = new ulong[MostSessions];
        private readonly WireWriter _writer = new WireWriter();
        private readonly WireReader _reader = new WireReader();
        private readonly ServerMessage _heard = new ServerMessage();
        private readonly EventBox _events;

        public LiveHub(EventBox events)
        {
            _events = events;
        }

        /// <summary>Null until a session is open.</summary>
        public Line Line { get; set; }

        /// <summary>DaemonRefused if all slots are taken.</summary>
        public LiveSession Add(SessionSetup setup)
        {
            lock (this)
            {
                for (var slot = 0; slot < MostSessions; slot++)
                    if (_sessions[slot] == null) return _sessions[slot] = new LiveSession(this, slot, setup);
            }
            throw new DaemonRefusedException("a client has at most " + MostSessions + " sessions");
        }

        /// <summary>False where the caller has closed it meanwhile.</summary>
        public bool Open(LiveSession session, SessionOpened opened)
        {
            lock (this)
            {
                if (session.IsClosing) return false;
                session.Open(opened.Session, opened.Recording, Sequence(session.Slot));
                SendOffered(session);
                return true;
            }
        }

        /// <summary>Its slot is free again; the token it had, empty where it had none.</summary>
        public byte[] Remove(LiveSession session)
        {
            lock (this)
            {
                var token = session.Token;
                session.IsClosing = true;
                session.Lose();
                if (_sessions[session.Slot] == session) _sessions[session.Slot] = null;
                return token;
            }
        }

        /// <summary>Any session that is open, or null.</summary>
        public LiveSession AnyOpen()
        {
            lock (this)
            {
                foreach (var session in _sessions)
                    if (session != null && session.IsOpen) return session;
            }
            return null;
        }

        /// <summary>With the lock: what a session offers goes, if the daemon reads.</summary>
        public void SendOffered(LiveSession session)
        {
            if (!session.HasOffered || Line == null || !Line.Up || Line.Socket.UnsentBytes >= UnsentBytes) return;
            _sequences[session.Slot]++;
            _writer.Clear();
            session.NextFrame(Sequence(session.Slot)).WriteFields(_writer);
            Line.Send(_writer);
        }

        /// <summary>The client's thread: takes in what came, sends what waited.</summary>
        public void Step(double nowS)
        {
            lock (this)
            {
                if (Line == null) return;
                Line.Read(nowS);
                ZmtpEvent one;
                while ((one = Line.Next(nowS)) != ZmtpEvent.None)
                    if (one == ZmtpEvent.Message) Hear(nowS);
                Line.Finish(nowS);
                foreach (var session in _sessions)
                    if (session != null) SendOffered(session);
            }
        }

        public void Close()
        {
            lock (this)
            {
                if (Line != null) Line.Close();
                foreach (var session in _sessions)
                    if (session != null) Remove(session);
            }
        }

        private void Hear(double nowS)
        {
            var socket = Line.Socket;
            _heard.Decode(_reader, socket.Data, socket.Start, socket.Count);
            var pose = _heard.Body as PoseFrame;
            if (pose != null)
            {
                var session = Session(pose.Sequence);
                if (session != null) session.Hear(pose, nowS);
                return;
            }
            var error = _heard.Body as Error;
            if (error == null) return;
            var at = error.Sequence.HasValue ? Session(error.Sequence.Value) : null;
            if (at != null && error.Code == ErrorCode.SessionUnknown) Remove(at);
            _events.Add(new FailedEvent(0, DaemonRefusedException.Of(error), at));
        }

        private LiveSession Session(ulong sequence)
        {
            return _sessions[(int)(sequence & (MostSessions - 1))];
        }

        private ulong Sequence(int slot)
        {
            return _sequences[slot] << SlotBits | (uint)slot;
        }
    }
}
