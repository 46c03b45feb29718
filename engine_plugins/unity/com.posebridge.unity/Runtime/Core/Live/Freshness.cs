using System;

namespace PoseBridge.Core
{
    public enum PoseState
    {
        /// <summary>No pose came yet.</summary>
        Waiting,
        Live,
        /// <summary>None came for a moment: the last is held.</summary>
        Stale,
        /// <summary>None came for long: the avatar fades to its own animation.</summary>
        Lost,
    }

    /// <summary>How much an avatar follows its poses: fully while they come, still when they stall, less and less
    /// when they are lost, and slowly again when they are back.</summary>
    public sealed class Freshness
    {
        private double _lastS = double.NaN;

        /// <summary>Without a pose for so long it is stale.</summary>
        public double StaleS { get; set; } = 0.25;

        /// <summary>Without a pose for so long it is lost.</summary>
        public double LostS { get; set; } = 2;

        /// <summary>How long a fade takes, either way.</summary>
        public double FadeS { get; set; } = 0.5;

        public PoseState State { get; private set; }

        /// <summary>0: its own animation alone; 1: the solved pose alone.</summary>
        public double Weight { get; private set; }

        /// <summary>Whether the state is another than before.</summary>
        /// <param name="receivedS">When the newest pose came; negative infinity: none did.</param>
        public bool Tick(double nowS, double receivedS)
        {
            var before = State;
            var ageS = nowS - receivedS;
            if (double.IsInfinity(ageS)) State = State == PoseState.Waiting ? PoseState.Waiting : PoseState.Lost;
            else State = ageS >= LostS ? PoseState.Lost : ageS >= StaleS ? PoseState.Stale : PoseState.Live;
            var stepS = double.IsNaN(_lastS) ? 0 : Math.Max(nowS - _lastS, 0);
            _lastS = nowS;
            var step = FadeS > 0 ? stepS / FadeS : 1;
            if (State == PoseState.Live) Weight = Math.Min(Weight + step, 1);
            else if (State == PoseState.Lost) Weight = Math.Max(Weight - step, 0);
            return State != before;
        }
    }
}
