using System.Diagnostics;

namespace PoseBridge.Core
{
    /// <summary>The clock of this process: it never goes back, and its zero means nothing.</summary>
    public static class MonotonicClock
    {
        private static readonly double TickS = 1.0 / Stopwatch.Frequency;

        public static double NowS
        {
            get { return Stopwatch.GetTimestamp() * TickS; }
        }

        public static long NowNs
        {
            get { return (long)(Stopwatch.GetTimestamp() * (1e9 * TickS)); }
        }
    }
}
