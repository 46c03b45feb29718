using System;
using PoseBridge.Core;
using UnityEngine;
using UnityEngine.Events;

namespace PoseBridge
{
    /// <summary>What an avatar tells, as the inspector shows it.</summary>
    [Serializable]
    public sealed class AvatarEvents
    {
        [Tooltip("Poses came, for the first time or again.")]
        public UnityEvent connected = new UnityEvent();

        [Tooltip("None came for a moment: it holds still.")]
        public UnityEvent stale = new UnityEvent();

        [Tooltip("None came for long: it fades to its own animation.")]
        public UnityEvent lost = new UnityEvent();

        [Tooltip("It is known who wears the trackers.")]
        public UnityEvent calibrated = new UnityEvent();

        /// <summary>Somebody stood still for long enough to be measured.</summary>
        public event Action<StandingStill> StoodStill;

        internal void Tell(PoseState state)
        {
            if (state == PoseState.Live) connected.Invoke();
            else if (state == PoseState.Stale) stale.Invoke();
            else if (state == PoseState.Lost) lost.Invoke();
        }

        internal void Stood(StandingStill standing)
        {
            if (StoodStill != null) StoodStill(standing);
        }
    }
}
