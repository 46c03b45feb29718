using System;
using System.Collections.Generic;

namespace PoseBridge.Core
{
    /// <summary>The conversation on the control socket: greet, ask, hear. No sockets and no clock; what is to be sent
    /// lies in <see cref="Out"/>. After a cut it begins again with Hello; what was asked and not answered fails, what
    /// waited is asked once we are greeted.</summary>
    public sealed class Talk
    {
        public const uint ProtocolMin = (uint)Protocol.Current, ProtocolMax = (uint)Protocol.Current;
        public const double GreetingS = 5, SilenceS = 3.5, PingS = 1; // the daemon is heard of once a second

        private readonly Hello _hello;
        private readonly Func<ulong> _number;
        private readonly Action<ClientEvent> _tell;
        private readonly Queue<ClientMessage> _waiting = new Queue<ClientMessage>();
        private readonly Dictionary<ulong, ClientMessage> _asked = new Dictionary<ulong, ClientMessage>();
        private readonly ClientMessage _ping = new ClientMessage { Body = new Ping() };
        private readonly WireReader _reader = new WireReader();
        private ServerMessage _heard = new ServerMessage();
        private ulong _greeting; // request of the Hello that waits for its Welcome; 0: none
        private bool _greeted;
        private double _sinceS, _pingS;
        private uint _mostBytes;

        /// <param name="number">Gives numbers of requests, each once.</param>
        public Talk(string token, string name, Func<ulong> number, Action<ClientEvent> tell)
        {
            _hello = new Hello { ProtocolMin = ProtocolMin, ProtocolMax = ProtocolMax, Token = token, Client = name };
            _number = number;
            _tell = tell;
        }

        public Queue<ClientMessage> Out { get; } = new Queue<ClientMessage>();

        /// <summary>The daemon's engine as last heard.</summary>
        public EngineState Engine { get; private set; }

        /// <summary>Why the daemon leaves, once it said so; else null.</summary>
        public string Leaving { get; private set; }

        /// <summary>The daemon's clock against ours.</summary>
        public ClockOffset Clock { get; } = new ClockOffset();

        /// <summary>Goes as soon as the daemon has greeted us.</summary>
        public void Ask(ClientMessage message)
        {
            _waiting.Enqueue(message);
        }

        /// <summary>Whether the answer to a request may still come.</summary>
        public bool Awaits(ulong request)
        {
            foreach (var one in _waiting)
                if (one.RequestId == request) return true;
            return _asked.ContainsKey(request);
        }

        /// <summary>A connection is there: it begins with Hello.</summary>
        public void Connected(double nowS)
        {
            _sinceS = nowS;
            Greet();
        }

        /// <summary>The connection broke. What the daemon may or may not have heard will not be answered.</summary>
        public void Cut()
        {
            _greeting = 0;
            _greeted = false;
            Out.Clear();
            Clock.Clear();
            var error = new DaemonMissingException(
                "the connection to the daemon was cut before it answered; ask again");
            foreach (var request in _asked.Keys) _tell(new FailedEvent(request, error));
            _asked.Clear();
        }

        /// <summary>Sends what waited, and asks for the time; DaemonMissing if the daemon says nothing although it is
        /// connected.</summary>
        public void Tick(double nowS)
        {
            if (_greeted && nowS - _sinceS > SilenceS)
                throw new DaemonMissingException("the daemon has been silent for " + SilenceS + " s");
            if (!_greeted && _greeting != 0 && nowS - _sinceS > GreetingS)
                throw new DaemonMissingException("the daemon did not answer our greeting within " + GreetingS + " s");
            if (!_greeted) return;
            while (_waiting.Count > 0) Go(_waiting.Dequeue());
            if (nowS - _pingS < PingS) return;
            _pingS = nowS;
            ((Ping)_ping.Body).ClientSentNs = MonotonicClock.NowNs;
            Out.Enqueue(_ping);
        }

        /// <summary>What the daemon says. DecodeException or a DaemonException if there can be no conversation with
        /// it.</summary>
        public void Hear(byte[] data, int start, int count, double nowS)
        {
            _heard.Decode(_reader, data, start, count);
            _sinceS = nowS;
            if (IsHealth(_heard.Body)) return;
            var message = _heard;
            _heard = new ServerMessage(); // the caller keeps this one
            if (_greeting != 0 && message.RequestId == _greeting) Greeted(message.Body);
            else Answered(message.RequestId, message.Body);
        }

        /// <summary>Once a second: heeded without a trace, so the next is read into the same objects.</summary>
        private bool IsHealth(Message body)
        {
            var pong = body as Pong;
            if (pong != null)
            {
                Engine = pong.Engine;
                Clock.Add(pong.ClientSentNs, pong.ServerReceivedNs, pong.ServerSentNs, MonotonicClock.NowNs);
                return true;
            }
            var heartbeat = body as Heartbeat;
            if (heartbeat != null)
            {
                Engine = heartbeat.Engine;
                return true;
            }
            var leaves = body as GoAway;
            if (leaves == null) return false;
            Leaving = leaves.Reason.Length > 0 ? leaves.Reason : "it was stopped";
            _tell(new LeavingEvent(Leaving));
            return true;
        }

        private void Greet()
        {
            _greeting = _number();
            Out.Enqueue(new ClientMessage { RequestId = _greeting, Body = _hello });
        }

        private void Go(ClientMessage message)
        {
            var size = message.Encode().Length;
            if (size > _mostBytes)
            {
                _tell(new FailedEvent(message.RequestId, new DaemonRefusedException("the message takes " + size +
                    " bytes; the daemon allows " + _mostBytes, ErrorCode.TooLarge)));
                return;
            }
            _asked[message.RequestId] = message;
            Out.Enqueue(message);
        }

        private void Greeted(Message body)
        {
            _greeting = 0;
            var error = body as Error;
            if (error != null && error.Code == ErrorCode.ProtocolUnsupported)
                throw new VersionMismatchException(error.Message + ": update the older of the two");
            if (error != null) throw DaemonRefusedException.Of(error);
            var welcome = body as Welcome;
            if (welcome == null)
                throw new DaemonRefusedException("the daemon answered our greeting with " + NameOf(body));
            if (welcome.Protocol < ProtocolMin || welcome.Protocol > ProtocolMax)
                throw new VersionMismatchException("the daemon (version " + welcome.Version + ") chose protocol " +
                    welcome.Protocol + "; this package speaks " + ProtocolMin + " to " + ProtocolMax);
            Engine = welcome.Engine;
            _mostBytes = welcome.Limits == null ? 0 : welcome.Limits.ControlMessageBytes;
            var again = _greeted;
            _greeted = true;
            if (!again) _tell(new ConnectedEvent(welcome));
        }

        private void Answered(ulong request, Message body)
        {
            ClientMessage asked;
            if (body == null || !_asked.TryGetValue(request, out asked)) return; // what a newer daemon says
            var error = body as Error;
            if (error != null && error.Code == ErrorCode.HelloNeeded)
            {
                Greet(); // the daemon had to forget us, as too many others came
                Go(asked);
                return;
            }
            _asked.Remove(request);
            if (error != null) _tell(new FailedEvent(request, DaemonRefusedException.Of(error)));
            else _tell(new AnsweredEvent(request, body));
        }

        private static string NameOf(Message body)
        {
            return body == null ? "nothing" : body.GetType().Name;
        }
    }
}
