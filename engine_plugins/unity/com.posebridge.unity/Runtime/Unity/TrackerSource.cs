using PoseBridge.Core;
using UnityEngine;

namespace PoseBridge
{
    /// <summary>Where an avatar's readings come from. Derive from it for devices of your own.</summary>
    public abstract class TrackerSource : MonoBehaviour
    {
        /// <summary>What readings are relative to: +Y up, on the floor; null: the world.</summary>
        public abstract Transform Origin { get; }

        /// <summary>How many trackers there are, 1 to 22.</summary>
        public abstract int Count { get; }

        /// <summary>Says on which joints they sit, and how exact they are. Project axes: see <see
        /// cref="Axes"/>.</summary>
        public abstract void Describe(SessionSetup setup);

        /// <summary>Fills a reading, row by row as described, without its time. Called once a frame.</summary>
        public abstract void Read(TrackerReading reading, double nowS);
    }
}
