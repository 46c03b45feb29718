using System;

namespace PoseBridge.Core
{
    /// <summary>Poses that come when they come, shown at a steady pace: what is shown is a little old, so that the
    /// pose after it is nearly always there to go toward. How old follows from what 95 of 100 poses would have
    /// needed, within limits; or it is given. Where the next pose is late the motion goes on for a moment, then
    /// holds. Allocates nothing.</summary>
    public sealed class JitterBuffer
    {
        private const int Kept = 32, Measured = 128;
        private const double AheadS = 0.05; // how far motion goes on without a pose
        private const double AdaptS = 1.0; // how fast the delay follows what is needed

        private readonly PoseSample[] _poses = new PoseSample[Kept];
        private readonly double[] _needs = new double[Measured], _sorted = new double[Measured];
        private int _count, _newest = -1, _needCount, _nextNeed;
        private double _shownS = double.NegativeInfinity, _askedS = double.NaN;

        public JitterBuffer()
        {
            for (var one = 0; one < Kept; one++) _poses[one] = new PoseSample();
        }

        /// <summary>Seconds; negative: it is found out, from LeastS to MostS. 0: the newest pose is shown at
        /// once.</summary>
        public double FixedDelayS { get; set; } = -1;

        public double LeastS { get; set; } = 0.02;

        public double MostS { get; set; } = 0.06;

        /// <summary>How old what is shown is, compared with the readings, seconds.</summary>
        public double DelayS { get; private set; } = 0.02;

        public bool IsEmpty
        {
            get { return _count == 0; }
        }

        /// <summary>When the newest pose came, <see cref="MonotonicClock"/>.</summary>
        public double NewestReceivedS { get; private set; } = double.NegativeInfinity;

        /// <summary>From the newest pose's reading to its arrival, seconds.</summary>
        public double LatencyS { get; private set; }

        public void Clear()
        {
            _count = _needCount = _nextNeed = 0;
            _newest = -1;
            _shownS = double.NegativeInfinity;
            NewestReceivedS = double.NegativeInfinity;
        }

        /// <summary>In the order of their times; one that is not newer than the last is left out.</summary>
        public void Add(BodyPose pose)
        {
            var timeS = 1e-9 * pose.TimeNs;
            if (_count > 0 && timeS <= _poses[_newest].TimeS) return;
            if (_count > 0) Need(pose.ReceivedS - _poses[_newest].TimeS);
            _newest = (_newest + 1) % Kept;
            _count = Math.Min(_count + 1, Kept);
            _poses[_newest].Read(pose);
            NewestReceivedS = pose.ReceivedS;
            LatencyS = pose.ReceivedS - timeS;
        }

        /// <summary>What is to be shown now; false while there is nothing. What is shown never goes back in
        /// time.</summary>
        public bool Sample(double nowS, PoseSample into)
        {
            if (_count == 0) return false;
            Adapt(nowS);
            var newest = _poses[_newest];
            _shownS = Math.Max(_shownS, DelayS > 0 ? nowS - DelayS : newest.TimeS);
            if (_count == 1 || _shownS >= newest.TimeS + AheadS || DelayS <= 0) Hold(into);
            else if (_shownS >= newest.TimeS) Between(1, into);
            else Between(Later(), into);
            return true;
        }

        /// <summary>How many poses back the first is that is not before what is shown; at most the oldest but
        /// one.</summary>
        private int Later()
        {
            var back = 1;
            while (back < _count - 1 && Back(back).TimeS > _shownS) back++;
            return back;
        }

        /// <summary>Between the pose so far back and the one after it, or beyond the latter.</summary>
        private void Between(int back, PoseSample into)
        {
            PoseSample first = Back(back), last = Back(back - 1);
            into.Mix(first, last, Math.Max((_shownS - first.TimeS) / (last.TimeS - first.TimeS), 0));
        }

        private void Hold(PoseSample into)
        {
            var newest = _poses[_newest];
            if (_count == 1 || DelayS <= 0)
            {
                into.CopyFrom(newest);
                return;
            }
            var first = Back(1);
            into.Mix(first, newest, 1 + AheadS / (newest.TimeS - first.TimeS));
        }

        private PoseSample Back(int steps)
        {
            return _poses[(_newest - steps + Kept) % Kept];
        }

        /// <summary>A pose came so long after the reading before it: with a delay of that it would have been there. The
        /// sorted ones lose the oldest and take this in.</summary>
        private void Need(double needS)
        {
            var place = _needCount;
            if (_needCount == Measured)
            {
                place = 0;
                while (place < Measured - 1 && _sorted[place] != _needs[_nextNeed]) place++;
            }
            else _needCount++;
            for (; place > 0 && _sorted[place - 1] > needS; place--) _sorted[place] = _sorted[place - 1];
            for (; place < _needCount - 1 && _sorted[place + 1] < needS; place++) _sorted[place] = _sorted[place + 1];
            _sorted[place] = needS;
            _needs[_nextNeed] = needS;
            _nextNeed = (_nextNeed + 1) % Measured;
        }

        private void Adapt(double nowS)
        {
            var stepS = double.IsNaN(_askedS) ? 0 : Math.Max(nowS - _askedS, 0);
            _askedS = nowS;
            if (FixedDelayS >= 0) DelayS = FixedDelayS;
            else if (_needCount >= 8) DelayS += (Needed() - DelayS) * Smoothing.Share(stepS, AdaptS);
            else DelayS = Math.Max(DelayS, LeastS);
        }

        private double Needed()
        {
            return Math.Min(Math.Max(_sorted[(int)(0.95 * (_needCount - 1))], LeastS), MostS);
        }
    }
}
