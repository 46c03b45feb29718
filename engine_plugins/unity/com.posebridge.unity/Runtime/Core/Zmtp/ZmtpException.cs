using System;

namespace PoseBridge.Core
{
    /// <summary>The connection cannot go on: the peer is gone, silent, or does not speak as it must.</summary>
    public class ZmtpException : Exception
    {
        public ZmtpException(string message) : base(message)
        {
        }
    }

    /// <summary>The peer does not let us in, and will not if we try again.</summary>
    public sealed class ZmtpRefusedException : ZmtpException
    {
        public ZmtpRefusedException(string message) : base(message)
        {
        }
    }

    /// <summary>Nobody listens there.</summary>
    public sealed class ZmtpUnreachableException : ZmtpException
    {
        public ZmtpUnreachableException(string message) : base(message)
        {
        }
    }
}
