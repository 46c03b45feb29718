using System.Threading;

namespace PoseBridge.Core
{
    /// <summary>A client of one daemon; nothing here makes its caller wait, so the main thread may own one. What is
    /// asked before the daemon has greeted us waits until it has. A connection that is cut is mended, and live
    /// sessions go on; what was asked and not yet answered fails. A daemon that is gone ends the client: make
    /// another, as <see cref="SteadyClient"/> does.</summary>
    public sealed class Client
    {
        private const int JoinMs = 1000;

        private readonly EventBox _events = new EventBox();
        private readonly ClientThread _wire;
        private readonly Thread _thread;

        /// <summary>Begins to connect at once. DaemonRefused if it cannot even try.</summary>
        /// <param name="name">Who speaks, for the daemon's log.</param>
        public Client(ConnectionFile connection, string name)
        {
            _wire = new ClientThread(connection, name, _events);
            _thread = new Thread(_wire.Run) { Name = "PoseBridge", IsBackground = true };
            _thread.Start();
        }

        /// <summary>The daemon's engine as last heard, or newer than we know.</summary>
        public EngineState Engine
        {
            get { return _wire.Engine; }
        }

        /// <summary>The daemon's clock against <see cref="MonotonicClock"/>.</summary>
        public ClockOffset Clock
        {
            get { return _wire.Clock; }
        }

        /// <summary>The oldest event that was not taken yet, or null. The last one is an EndedEvent.</summary>
        public ClientEvent TakeEvent()
        {
            return _events.Take();
        }

        /// <summary>Any request of the contract; its number, which its answer or failure will have. It must not be
        /// changed until then.</summary>
        public ulong Ask(Message body)
        {
            return Ask(body, null);
        }

        /// <summary>Readings may be sent at once: the newest waits until the session is open, which an AnsweredEvent
        /// with the session tells; a FailedEvent with it tells that it will not be.</summary>
        /// <param name="record">Whether the daemon shall write it to a session file.</param>
        public LiveSession OpenSession(SessionSetup setup, bool record = false)
        {
            var session = _wire.Live.Add(setup);
            Ask(new OpenSession { Setup = setup, Record = record }, session);
            return session;
        }

        /// <summary>Its answer is a SessionClosed: what became of the readings. 0 where the daemon need not be
        /// asked.</summary>
        public ulong CloseSession(LiveSession session)
        {
            var token = _wire.Live.Remove(session);
            return token.Length > 0 ? Ask(new CloseSession { Session = token }, null) : 0;
        }

        /// <summary>Ends sessions and thread; whether the thread has ended. Again is harmless.</summary>
        public bool Close()
        {
            _wire.Stop();
            return _thread.Join(JoinMs);
        }

        /// <summary>Ends it without waiting for its thread.</summary>
        internal void Leave()
        {
            _wire.Stop();
        }

        private ulong Ask(Message body, LiveSession opens)
        {
            var message = new ClientMessage { RequestId = _wire.NextNumber(), Body = body };
            _wire.Order(message, opens);
            return message.RequestId;
        }
    }
}
