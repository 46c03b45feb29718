namespace PoseBridge.Core
{
    /// <summary>The daemon's clock minus ours, from requests for its time. Of the last few answers the quickest
    /// counts: it waited least on its way, so its two ways differ least.</summary>
    public sealed class ClockOffset
    {
        public const int Kept = 16;

        private readonly long[] _offsets = new long[Kept], _roundTrips = new long[Kept];
        private int _count, _next;

        public bool Known
        {
            get { return _count > 0; }
        }

        /// <summary>Nanoseconds to add to our clock for the daemon's.</summary>
        public long OffsetNs { get; private set; }

        /// <summary>Nanoseconds there and back, without the daemon's own time.</summary>
        public long RoundTripNs { get; private set; }

        public void Clear()
        {
            _count = _next = 0;
        }

        /// <summary>Four times of one question, ours and the daemon's, nanoseconds.</summary>
        public void Add(long sentNs, long serverReceivedNs, long serverSentNs, long receivedNs)
        {
            var roundTrip = receivedNs - sentNs - (serverSentNs - serverReceivedNs);
            if (roundTrip < 0) return; // a clock was set meanwhile
            _roundTrips[_next] = roundTrip;
            _offsets[_next] = (serverReceivedNs - sentNs) / 2 + (serverSentNs - receivedNs) / 2;
            _next = (_next + 1) % Kept;
            if (_count < Kept) _count++;
            var best = 0;
            for (var one = 1; one < _count; one++)
                if (_roundTrips[one] < _roundTrips[best]) best = one;
            OffsetNs = _offsets[best];
            RoundTripNs = _roundTrips[best];
        }
    }
}
