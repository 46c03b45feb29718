using System;

namespace PoseBridge.Core
{
    /// <summary>What a user can meet when speaking to the daemon, in one sentence.</summary>
    public class DaemonException : Exception
    {
        public DaemonException(string message) : base(message)
        {
        }
    }

    /// <summary>No daemon answers, or it went away.</summary>
    public sealed class DaemonMissingException : DaemonException
    {
        public DaemonMissingException(string message) : base(message)
        {
        }
    }

    /// <summary>The package and the daemon do not speak the same protocol.</summary>
    public sealed class VersionMismatchException : DaemonException
    {
        public VersionMismatchException(string message) : base(message)
        {
        }
    }

    /// <summary>The daemon said no.</summary>
    public sealed class DaemonRefusedException : DaemonException
    {
        public DaemonRefusedException(string message, ErrorCode code = ErrorCode.Unspecified, float retryAfterS = 0)
            : base(message)
        {
            Code = code;
            RetryAfterS = retryAfterS;
        }

        public ErrorCode Code { get; }

        /// <summary>Seconds; 0: trying again is no help.</summary>
        public float RetryAfterS { get; }

        public static DaemonRefusedException Of(Error error)
        {
            var later = error.RetryAfterS > 0 ? " (try again in " + error.RetryAfterS + " s)" : "";
            return new DaemonRefusedException(error.Message + later, error.Code, error.RetryAfterS);
        }
    }
}
