using System;
using System.Text;

namespace PoseBridge.Core
{
    public enum ZmtpEvent
    {
        None,
        Ready,
        Message,
    }

    /// <summary>A ZMTP 3.1 connection of a DEALER, without its socket and without a clock: bytes in, events out,
    /// bytes to be sent. Greeting, handshake, ready; and from any of them by ZmtpException to the end: it is never
    /// mended. The caller puts what arrived into <see cref="In"/>, says so by Heard, asks Next until it is None,
    /// calls Tick a few times a second, and sends what lies in <see cref="Out"/>. Times are seconds of any clock that
    /// does not go back.</summary>
    public sealed class ZmtpConnection
    {
        public const int MostParts = 16;
        public const double HandshakeS = 5, HeartbeatS = 1, SilenceS = 3;
        private const int GreetingBytes = 64;
        private const int ToVersionBytes = 11; // after which a peer says the rest of its own
        private const int MostContextBytes = 16; // of a PING, which its PONG repeats
        private static readonly byte[] Ping = { 4, 7, 4, (byte)'P', (byte)'I', (byte)'N', (byte)'G', 0, 0 }; // a frame
        private static readonly byte[] Pong = { 4, (byte)'P', (byte)'O', (byte)'N', (byte)'G' };

        private readonly Mechanism _mechanism;
        private readonly FrameReader _frames;
        private readonly Command _command = new Command();
        private readonly int _mostBytes;
        private bool _greeted;
        private byte[] _first; // part of a message whose others are still to come
        private int _parts;
        private long _partBytes;
        private readonly double _beganS;
        private double _heardS, _beatS;

        public ZmtpConnection(Mechanism mechanism, int mostBytes, double nowS)
        {
            _mechanism = mechanism;
            _mostBytes = mostBytes;
            _frames = new FrameReader(In, mostBytes);
            _beganS = _heardS = _beatS = nowS;
            Out.Add(Greeting(mechanism.Name), 0, ToVersionBytes);
        }

        public ByteQueue In { get; } = new ByteQueue();

        public ByteQueue Out { get; } = new ByteQueue();

        public bool IsReady { get; private set; }

        /// <summary>The message of the last event: its first part, and readable until the next bytes come.</summary>
        public byte[] Data { get; private set; }

        public int Start { get; private set; }

        public int Count { get; private set; }

        public void Heard(double nowS)
        {
            _heardS = nowS;
        }

        /// <summary>What has become whole; ZmtpException if the connection cannot go on.</summary>
        public ZmtpEvent Next()
        {
            if (!_greeted && !Greet()) return ZmtpEvent.None;
            while (_frames.Next())
            {
                var found = (_frames.Flags & FrameReader.Command) != 0 ? TakeCommand() : TakePart();
                if (found != ZmtpEvent.None) return found;
            }
            return ZmtpEvent.None;
        }

        /// <summary>A message of one part. Not before Ready.</summary>
        public void Send(byte[] data, int start, int count)
        {
            if (!IsReady) throw new InvalidOperationException("nothing can be sent before the connection is ready");
            FrameReader.WriteHead(Out, 0, count);
            Out.Add(data, start, count);
        }

        /// <summary>Sends a heartbeat when one is due; ZmtpException if the peer has been silent too long.</summary>
        public void Tick(double nowS)
        {
            if (!IsReady)
            {
                if (nowS - _beganS > HandshakeS)
                    throw new ZmtpException("the peer did not agree on a connection within " + HandshakeS + " s");
            }
            else if (nowS - _heardS > SilenceS)
            {
                throw new ZmtpException("the peer has been silent for " + SilenceS + " s");
            }
            else if (nowS - _beatS >= HeartbeatS)
            {
                _beatS = nowS;
                Out.Add(Ping); // no time to live: whether we live, the peer asks by itself
            }
        }

        /// <summary>The first 64 bytes of a client. The mechanism among them goes when the peer's is known: libzmq,
        /// told of another, would hang up before it says its own.</summary>
        private static byte[] Greeting(string mechanism)
        {
            var greeting = new byte[GreetingBytes];
            greeting[0] = 0xFF;
            greeting[9] = 0x7F;
            greeting[10] = 3;
            greeting[11] = 1;
            Encoding.ASCII.GetBytes(mechanism, 0, mechanism.Length, greeting, 12);
            return greeting;
        }

        /// <summary>Whether the peer's greeting is there and agrees with ours.</summary>
        private bool Greet()
        {
            if (In.Count > 0 && In[0] != 0xFF) throw new ZmtpRefusedException("the peer does not speak ZMTP");
            if (In.Count < GreetingBytes) return false;
            if ((In[9] & 1) == 0 || In[10] < 3) throw new ZmtpRefusedException("the peer does not speak ZMTP 3");
            var name = Encoding.ASCII.GetString(In.Bytes, In.Start + 12, 20).TrimEnd('\0');
            if (name != _mechanism.Name)
                throw new ZmtpRefusedException("the peer wants the mechanism '" + name + "'; we have " +
                                               _mechanism.Name);
            In.Drop(GreetingBytes);
            Out.Add(Greeting(name), ToVersionBytes, GreetingBytes - ToVersionBytes);
            _mechanism.Begin(Out);
            return _greeted = true;
        }

        private ZmtpEvent TakeCommand()
        {
            _command.Read(_frames.Data, _frames.Start, _frames.Count);
            if (IsReady)
            {
                if (_command.Is("PING")) AnswerPing();
                else if (_command.Is("ERROR")) _command.Expect("");
                return ZmtpEvent.None;
            }
            IsReady = _mechanism.Answer(_command, Out);
            return IsReady ? ZmtpEvent.Ready : ZmtpEvent.None;
        }

        /// <summary>What came after the PING's time to live goes back.</summary>
        private void AnswerPing()
        {
            var context = Math.Min(MostContextBytes, Math.Max(0, _command.Count - 2));
            FrameReader.WriteHead(Out, FrameReader.Command, Pong.Length + context);
            Out.Add(Pong);
            Out.Add(_frames.Data, _command.Start + 2, context);
        }

        private ZmtpEvent TakePart()
        {
            if (!IsReady) throw new ZmtpException("the peer sent a message before it was ready");
            _parts++;
            _partBytes += _frames.Count;
            if (_parts > MostParts || _partBytes > _mostBytes)
                throw new ZmtpException("the peer sent a message of more than " + MostParts + " parts or " +
                                        _mostBytes + " bytes");
            var more = (_frames.Flags & FrameReader.More) != 0;
            if (more && _first == null)
            {
                _first = new byte[_frames.Count];
                Buffer.BlockCopy(_frames.Data, _frames.Start, _first, 0, _first.Length);
            }
            if (more) return ZmtpEvent.None;
            Data = _first ?? _frames.Data;
            Start = _first == null ? _frames.Start : 0;
            Count = _first == null ? _frames.Count : _first.Length;
            _first = null;
            _parts = 0;
            _partBytes = 0;
            return ZmtpEvent.Message;
        }
    }
}
