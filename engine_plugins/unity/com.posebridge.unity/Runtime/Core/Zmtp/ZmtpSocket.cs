using System;
using System.Net;
using System.Net.Sockets;

namespace PoseBridge.Core
{
    /// <summary>A DEALER on a TCP socket that never blocks: the thin shell of <see cref="ZmtpConnection"/>, which
    /// moves bytes. It connects at once, in the background. Each round: Wait, Read, Next until None,
    /// Finish.</summary>
    public sealed class ZmtpSocket
    {
        private const int ReadBytes = 1 << 16;
        private const int WriteBytes = 2048;

        private readonly string _place;
        private readonly int _port;
        private readonly int _underWayBytes;
        private readonly ZmtpConnection _connection;
        private IAsyncResult _lookup;
        private Socket _socket;
        private bool _connected;

        /// <param name="mostBytes">The longest message that is taken.</param>
        /// <param name="underWayBytes">How much the system may hold for a peer that does not read; 0: as it
        /// likes.</param>
        public ZmtpSocket(string host, int port, Mechanism mechanism, int mostBytes, int underWayBytes, double nowS)
        {
            _place = host + ":" + port;
            _port = port;
            _underWayBytes = underWayBytes;
            _connection = new ZmtpConnection(mechanism, mostBytes, nowS);
            IPAddress address;
            if (IPAddress.TryParse(host, out address)) Connect(address);
            else if (host == "localhost") Connect(IPAddress.Loopback);
            else _lookup = Dns.BeginGetHostAddresses(host, null, null);
        }

        /// <summary>What waits here because the peer does not take it.</summary>
        public int UnsentBytes
        {
            get { return _connection.Out.Count; }
        }

        public byte[] Data
        {
            get { return _connection.Data; }
        }

        public int Start
        {
            get { return _connection.Start; }
        }

        public int Count
        {
            get { return _connection.Count; }
        }

        /// <summary>Until something can be read, or written where that is due, but no longer than given.</summary>
        public void Wait(int mostMs)
        {
            if (_socket == null) _lookup.AsyncWaitHandle.WaitOne(mostMs);
            else _socket.Poll(1000 * mostMs, _connected ? SelectMode.SelectRead : SelectMode.SelectWrite);
        }

        /// <summary>Takes in what has come. ZmtpException when the connection is at its end.</summary>
        public void Read(double nowS)
        {
            if (_connected || FinishConnecting()) Receive(nowS);
        }

        public ZmtpEvent Next()
        {
            return _connection.Next();
        }

        /// <summary>After all that came was heeded, so that who was held up calls nobody silent.</summary>
        public void Finish(double nowS)
        {
            _connection.Tick(nowS);
            if (_connected) Write();
        }

        /// <summary>As much of it goes at once as the peer takes, and Finish sends the rest.</summary>
        public void Send(byte[] data, int start, int count)
        {
            _connection.Send(data, start, count);
            Write();
        }

        /// <summary>Again is harmless.</summary>
        public void Close()
        {
            if (_socket != null) _socket.Close();
        }

        private void Connect(IPAddress address)
        {
            _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _socket.Blocking = false;
            _socket.NoDelay = true;
            if (_underWayBytes > 0) _socket.SendBufferSize = _underWayBytes;
            try
            {
                _socket.Connect(new IPEndPoint(address, _port));
            }
            catch (SocketException error)
            {
                var code = error.SocketErrorCode;
                if (code == SocketError.WouldBlock || code == SocketError.InProgress ||
                    code == SocketError.AlreadyInProgress) return;
                Close();
                throw new ZmtpUnreachableException("nobody listens at " + _place + ": " + error.Message);
            }
        }

        private bool FinishConnecting()
        {
            if (_socket == null)
            {
                if (!_lookup.IsCompleted) return false;
                Connect(Looked());
            }
            var failed = _socket.Poll(0, SelectMode.SelectError);
            var status = (SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error);
            if (status != SocketError.Success)
                throw new ZmtpUnreachableException("nobody listens at " + _place + ": " + status);
            if (!failed && !_socket.Poll(0, SelectMode.SelectWrite)) return false;
            if (failed || _socket.LocalEndPoint.Equals(_socket.RemoteEndPoint)) // TCP may connect a free port to itself
                throw new ZmtpUnreachableException("nobody listens at " + _place);
            return _connected = true;
        }

        private IPAddress Looked()
        {
            try
            {
                foreach (var address in Dns.EndGetHostAddresses(_lookup))
                    if (address.AddressFamily == AddressFamily.InterNetwork) return address;
            }
            catch (SocketException error)
            {
                throw new ZmtpUnreachableException("there is no " + _place + ": " + error.Message);
            }
            throw new ZmtpUnreachableException("there is no " + _place);
        }

        private void Receive(double nowS)
        {
            SocketError error;
            var at = _connection.In.Reserve(ReadBytes);
            var count = _socket.Receive(_connection.In.Bytes, at, ReadBytes, SocketFlags.None, out error);
            if (error == SocketError.WouldBlock || error == SocketError.Interrupted) return;
            if (error != SocketError.Success)
                throw new ZmtpException("the connection to " + _place + " broke: " + error);
            if (count == 0) throw new ZmtpException("the peer at " + _place + " closed the connection");
            _connection.In.Commit(count);
            _connection.Heard(nowS);
        }

        /// <summary>Mono's Send does not come back until all is taken, whatever Blocking says; so it is only called
        /// when there is room, and for no more than there is room for on every system that says so.</summary>
        private void Write()
        {
            var output = _connection.Out;
            while (output.Count > 0)
            {
                SocketError error;
                if (!_socket.Poll(0, SelectMode.SelectWrite)) return;
                var count = Math.Min(output.Count, WriteBytes);
                var sent = _socket.Send(output.Bytes, output.Start, count, SocketFlags.None, out error);
                if (error == SocketError.WouldBlock || error == SocketError.Interrupted) return;
                if (error != SocketError.Success)
                {
                    output.Clear(); // what came before the end is still to be read: the end is met there
                    return;
                }
                output.Drop(sent);
            }
            output.Clear();
        }
    }
}
