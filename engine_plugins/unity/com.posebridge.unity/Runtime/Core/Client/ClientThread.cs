using System;
using System.Collections.Generic;
using System.Threading;

namespace PoseBridge.Core
{
    /// <summary>The thread that owns a client's sockets: it waits, moves messages between lines, talk and live, and
    /// tells the caller. It never waits longer than StepMs, so whoever stops it can join it.</summary>
    internal sealed class ClientThread
    {
        private const int StepMs = 20;
        private const double FarewellS = 0.2; // for the daemon to hear that sessions end
        private const int ControlBytes = 16 << 20, LiveBytes = 1 << 16; // the longest message we take
        private const int UnderWayBytes = 16384; // readings that the system may hold: a long queue would only grow old

        private readonly ConnectionFile _connection;
        private readonly EventBox _events;
        private readonly Line _control;
        private readonly Talk _talk;
        private readonly WireWriter _writer = new WireWriter();
        private readonly Queue<ClientMessage> _orders = new Queue<ClientMessage>();
        private readonly Openings _openings;
        private readonly AutoResetEvent _bell = new AutoResetEvent(false);
        private long _numbers;
        private volatile bool _stopping;

        /// <summary>DaemonRefused where the daemon asks for a mechanism that is not ours.</summary>
        public ClientThread(ConnectionFile connection, string name, EventBox events)
        {
            _connection = connection;
            _events = events;
            Live = new LiveHub(events);
            _openings = new Openings(Live, Forget);
            connection.NewMechanism();
            _control = NewLine(connection.ControlPort, ControlBytes, 0);
            _talk = new Talk(connection.Token, name, NextNumber, Tell);
        }

        public LiveHub Live { get; }

        public EngineState Engine
        {
            get { return _talk.Engine; }
        }

        public ClockOffset Clock
        {
            get { return _talk.Clock; }
        }

        public ulong NextNumber()
        {
            return (ulong)Interlocked.Increment(ref _numbers);
        }

        /// <summary>From any thread. `opens`: the session that its answer opens, or null.</summary>
        public void Order(ClientMessage message, LiveSession opens)
        {
            if (opens != null) _openings.Expect(message.RequestId, opens);
            lock (_orders) _orders.Enqueue(message);
            _bell.Set();
        }

        public void Stop()
        {
            _stopping = true;
            _bell.Set();
        }

        /// <summary>Until it is told to stop or there is no hope; the last event says which.</summary>
        public void Run()
        {
            DaemonException error = null;
            try
            {
                while (!_stopping) Step(false);
                SayFarewell();
            }
            catch (DaemonException known)
            {
                error = known;
            }
            catch (DecodeException unknown)
            {
                error = new DaemonRefusedException("the daemon sent what is no message of our protocol: " +
                                                   unknown.Message);
            }
            catch (Exception fault)
            {
                error = new DaemonException("the connection's thread failed: " + fault);
            }
            _control.Close();
            Live.Close();
            _events.Add(new EndedEvent(error));
        }

        private Line NewLine(int port, int mostBytes, int underWayBytes)
        {
            return new Line(_connection.Host, port, _connection.NewMechanism, mostBytes, underWayBytes,
                            MonotonicClock.NowS);
        }

        private void Step(bool controlFirst)
        {
            Wait(controlFirst);
            var nowS = MonotonicClock.NowS;
            lock (_orders)
                while (_orders.Count > 0) _talk.Ask(_orders.Dequeue());
            StepControl(nowS);
            Live.Step(nowS);
            if (Live.Line != null) NoticeCut(Live.Line);
        }

        /// <summary>For the live socket where there is one, since what it brings is in haste; the other is looked at
        /// each time, too.</summary>
        private void Wait(bool controlFirst)
        {
            var live = Live.Line == null ? null : Live.Line.Socket;
            var socket = controlFirst ? _control.Socket : live ?? _control.Socket;
            if (socket != null) socket.Wait(StepMs);
            else _bell.WaitOne(StepMs);
        }

        private void StepControl(double nowS)
        {
            _control.Read(nowS);
            ZmtpEvent one;
            while ((one = _control.Next(nowS)) != ZmtpEvent.None)
            {
                var socket = _control.Socket;
                if (one == ZmtpEvent.Ready) _talk.Connected(nowS);
                else _talk.Hear(socket.Data, socket.Start, socket.Count, nowS);
            }
            _control.Finish(nowS);
            if (NoticeCut(_control)) _talk.Cut();
            _talk.Tick(nowS);
            while (_control.Up && _talk.Out.Count > 0)
            {
                _writer.Clear();
                _talk.Out.Dequeue().WriteFields(_writer);
                _control.Send(_writer);
            }
        }

        /// <summary>Whether it was cut since this was last asked; DaemonMissing if that was to be expected.</summary>
        private bool NoticeCut(Line line)
        {
            var why = line.Why;
            line.Why = null;
            if (why == null) return false;
            if (_talk.Leaving != null) throw new DaemonMissingException("the daemon has left: " + _talk.Leaving);
            _events.Add(new CutEvent(why, line == _control));
            return true;
        }

        private void Tell(ClientEvent one)
        {
            var answer = one as AnsweredEvent;
            if (answer != null && answer.Body is SessionOpened && Live.Line == null)
                lock (Live) Live.Line = NewLine(_connection.LivePort, LiveBytes, UnderWayBytes);
            _events.Add(_openings.Heed(one));
        }

        private void Forget(byte[] token)
        {
            _talk.Ask(NewMessage(new CloseSession { Session = token }));
        }

        private ClientMessage NewMessage(Message body)
        {
            return new ClientMessage { RequestId = NextNumber(), Body = body };
        }

        /// <summary>Closes the sessions that are open, so that the daemon need not keep them for us.</summary>
        private void SayFarewell()
        {
            ulong last = 0;
            LiveSession session;
            while (_control.Up && (session = Live.AnyOpen()) != null)
            {
                var farewell = NewMessage(new CloseSession { Session = Live.Remove(session) });
                last = farewell.RequestId;
                _talk.Ask(farewell);
            }
            var deadlineS = MonotonicClock.NowS + FarewellS;
            try
            {
                if (last != 0) _talk.Tick(MonotonicClock.NowS);
                while (last != 0 && _talk.Awaits(last) && MonotonicClock.NowS < deadlineS) Step(true);
            }
            catch (DaemonException)
            {
                return; // it is gone, and what was open with it
            }
        }
    }
}
