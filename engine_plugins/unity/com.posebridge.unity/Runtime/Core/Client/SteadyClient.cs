using System;
using System.Collections.Generic;

namespace PoseBridge.Core
{
    public enum LinkState
    {
        /// <summary>No daemon was reached yet, or the last is gone; it is looked for again and again.</summary>
        Looking,
        Connected,
        /// <summary>The connection broke and is being mended; sessions go on.</summary>
        Mending,
        Closed,
    }

    /// <summary>A client that never gives up: when its daemon is gone it looks for one again, with pauses that grow,
    /// and opens its sessions anew. Many avatars share one. Belongs to the thread that calls <see cref="Tick"/>,
    /// which never waits.</summary>
    public sealed class SteadyClient
    {
        public const double FirstPauseS = 0.25, MostPauseS = 4, ReopenS = 0.5;

        private readonly Func<ConnectionFile> _find;
        private readonly string _name;
        private readonly List<SteadySession> _sessions = new List<SteadySession>();
        private Client _client;
        private double _retryS = double.NegativeInfinity, _pauseS = FirstPauseS;
        private int _turn, _daemons = 1; // which of the daemons of the connection is next; how many there are

        /// <param name="find">Where the daemon is now; DaemonException where there is none. Asked before each
        /// try.</param>
        public SteadyClient(Func<ConnectionFile> find, string name)
        {
            _find = find;
            _name = name;
        }

        /// <summary>Everything that happens, as it is heard in Tick.</summary>
        public event Action<ClientEvent> Heard;

        public LinkState State { get; private set; }

        /// <summary>Why there is no connection, in one sentence; null where there is one.</summary>
        public string Problem { get; private set; }

        /// <summary>What the daemon said of itself; null before.</summary>
        public Welcome Welcome { get; private set; }

        public EngineState Engine
        {
            get { return _client == null ? EngineState.Unspecified : _client.Engine; }
        }

        /// <summary>Seconds there and back on the control socket, the daemon's own time apart; negative where
        /// unknown.</summary>
        public double RoundTripS
        {
            get { return _client != null && _client.Clock.Known ? 1e-9 * _client.Clock.RoundTripNs : -1; }
        }

        public SteadySession OpenSession(SessionSetup setup, bool record = false)
        {
            var session = new SteadySession(setup, record);
            _sessions.Add(session);
            return session;
        }

        /// <summary>The daemon forgets it. Again is harmless.</summary>
        public void CloseSession(SteadySession session)
        {
            if (!_sessions.Remove(session)) return;
            if (_client != null && session.Live != null) _client.CloseSession(session.Live);
            session.Lose(null, double.PositiveInfinity);
        }

        /// <summary>Any request; its number, or 0 where there is no connection.</summary>
        public ulong Ask(Message body)
        {
            return _client == null ? 0 : _client.Ask(body);
        }

        /// <summary>Once a frame: hears, connects, opens.</summary>
        public void Tick(double nowS)
        {
            if (State == LinkState.Closed) return;
            if (_client == null && nowS >= _retryS) Look(nowS);
            ClientEvent one;
            while (_client != null && (one = _client.TakeEvent()) != null) Hear(one, nowS);
            if (State != LinkState.Connected) return;
            foreach (var session in _sessions)
                if (session.Live == null && nowS >= session.RetryS && !session.IsRefused) session.OpenWith(_client);
        }

        /// <summary>Ends sessions and thread; whether the thread has ended. Again is harmless.</summary>
        public bool Close()
        {
            State = LinkState.Closed;
            var ended = _client == null || _client.Close();
            _sessions.ForEach(session => session.Lose(null, double.PositiveInfinity));
            _sessions.Clear();
            if (ended) _client = null;
            return ended;
        }

        private void Look(double nowS)
        {
            try
            {
                var found = _find();
                _daemons = 1 + found.Others.Length;
                var turn = _turn % _daemons;
                _client = new Client(turn == 0 ? found : found.Others[turn - 1], _name);
            }
            catch (DaemonException error)
            {
                Pause(error, nowS);
            }
        }

        /// <summary>The next daemon is tried at once; a pause is made when all had their turn.</summary>
        private void Pause(DaemonException error, double nowS)
        {
            State = LinkState.Looking;
            Problem = error.Message;
            _client = null;
            _turn = (_turn + 1) % _daemons;
            _retryS = _turn == 0 ? nowS + _pauseS : nowS;
            if (_turn == 0) _pauseS = Math.Min(2 * _pauseS, MostPauseS);
            foreach (var session in _sessions) session.Lose(error, nowS);
        }

        private void Hear(ClientEvent one, double nowS)
        {
            var greeted = one as ConnectedEvent;
            var failed = one as FailedEvent;
            var answered = one as AnsweredEvent;
            var ended = one as EndedEvent;
            if (greeted != null) Greeted(greeted.Welcome);
            else if (one is CutEvent) Cut((CutEvent)one);
            else if (failed != null && failed.Session != null) Failed(failed, nowS);
            else if (answered != null && answered.Session != null) Opened(answered.Session);
            else if (ended != null) Pause(ended.Error ?? new DaemonMissingException("the connection was closed"), nowS);
            if (Heard != null) Heard(one);
        }

        private void Greeted(Welcome welcome)
        {
            State = LinkState.Connected;
            Problem = null;
            Welcome = welcome;
            _pauseS = FirstPauseS;
        }

        /// <summary>A live line that is cut alone mends without a greeting; frames only pause.</summary>
        private void Cut(CutEvent cut)
        {
            if (cut.OfControl) State = LinkState.Mending;
            Problem = cut.OfControl ? cut.Why : Problem;
        }

        private void Opened(LiveSession live)
        {
            foreach (var session in _sessions)
                if (session.Live == live) session.Opened();
        }

        /// <summary>A session was not opened, or is unknown to the daemon now; a frame that was refused alone is no
        /// matter.</summary>
        private void Failed(FailedEvent failed, double nowS)
        {
            var refused = failed.Error as DaemonRefusedException;
            var unknown = refused != null && refused.Code == ErrorCode.SessionUnknown;
            if (refused != null && refused.Code == ErrorCode.Busy && _daemons > 1 && !HasOpenSession())
            {
                _client.Leave();
                Pause(refused, nowS);
                return;
            }
            foreach (var session in _sessions)
            {
                if (session.Live != failed.Session || (failed.Request == 0 && !unknown)) continue;
                if (refused == null || unknown || IsPassing(refused))
                    session.Lose(failed.Error, nowS + Math.Max(ReopenS, refused == null ? 0 : refused.RetryAfterS));
                else session.Refuse(failed.Error);
            }
        }

        private bool HasOpenSession()
        {
            return _sessions.Exists(session => session.Live != null && session.Live.IsOpen);
        }

        private static bool IsPassing(DaemonRefusedException error)
        {
            return error.RetryAfterS > 0 || error.Code == ErrorCode.EngineStarting || error.Code == ErrorCode.Busy ||
                   error.Code == ErrorCode.EngineRestarting || error.Code == ErrorCode.Draining;
        }
    }
}
