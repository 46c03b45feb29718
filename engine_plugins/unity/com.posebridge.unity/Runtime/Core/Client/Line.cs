using System;

namespace PoseBridge.Core
{
    /// <summary>One port of the daemon, connected to again and again until it is given up.</summary>
    public sealed class Line
    {
        public const double LostAfterS = 2;
        private const double FirstPauseS = 0.05, MostPauseS = 0.5; // before another try, each time twice as long

        private readonly string _host;
        private readonly int _port, _mostBytes, _underWayBytes;
        private readonly Func<Mechanism> _mechanism;
        private bool _wasUp;
        private double _downSinceS, _retryS, _pauseS = FirstPauseS;

        public Line(string host, int port, Func<Mechanism> mechanism, int mostBytes, int underWayBytes, double nowS)
        {
            _host = host;
            _port = port;
            _mechanism = mechanism;
            _mostBytes = mostBytes;
            _underWayBytes = underWayBytes;
            _downSinceS = _retryS = nowS;
        }

        /// <summary>Null while it waits to try again.</summary>
        public ZmtpSocket Socket { get; private set; }

        /// <summary>Whether messages can be sent.</summary>
        public bool Up { get; private set; }

        /// <summary>What cut it, until the caller sets it to null.</summary>
        public string Why { get; set; }

        /// <summary>Takes in what has come; then ask <see cref="Next"/> until it is None, then call <see
        /// cref="Finish"/>. DaemonMissing or DaemonRefused once there is no hope.</summary>
        public void Read(double nowS)
        {
            try
            {
                if (Socket != null) Socket.Read(nowS);
                else if (nowS >= _retryS)
                    Socket = new ZmtpSocket(_host, _port, _mechanism(), _mostBytes, _underWayBytes, nowS);
            }
            catch (ZmtpException error)
            {
                Break(error, nowS);
            }
        }

        public ZmtpEvent Next(double nowS)
        {
            try
            {
                var found = Socket == null ? ZmtpEvent.None : Socket.Next();
                if (found != ZmtpEvent.Ready) return found;
                Up = _wasUp = true;
                _pauseS = FirstPauseS;
                return found;
            }
            catch (ZmtpException error)
            {
                Break(error, nowS);
                return ZmtpEvent.None;
            }
        }

        public void Finish(double nowS)
        {
            try
            {
                if (Socket != null) Socket.Finish(nowS);
            }
            catch (ZmtpException error)
            {
                Break(error, nowS);
            }
        }

        /// <summary>While it is up. What is on its way when the line is cut is lost.</summary>
        public void Send(WireWriter writer)
        {
            Socket.Send(writer.Buffer, writer.Start, writer.Count);
        }

        /// <summary>Again is harmless.</summary>
        public void Close()
        {
            if (Socket != null) Socket.Close();
            Socket = null;
            Up = false;
        }

        private void Break(ZmtpException error, double nowS)
        {
            if (Up)
            {
                _downSinceS = nowS;
                Why = error.Message;
            }
            Close();
            var place = _host + ":" + _port;
            if (error is ZmtpRefusedException)
                throw new DaemonRefusedException("the daemon at " + place + " does not let us in: " + error.Message);
            if (!_wasUp && error is ZmtpUnreachableException)
                throw new DaemonMissingException("nobody listens at " + place +
                                                 "; the daemon that left its connection file is gone");
            if (nowS - _downSinceS > LostAfterS)
                throw new DaemonMissingException("the daemon at " + place +
                    (_wasUp ? " went away: " : " does not answer: ") + error.Message);
            _retryS = nowS + _pauseS;
            _pauseS = Math.Min(2 * _pauseS, MostPauseS);
        }
    }
}
