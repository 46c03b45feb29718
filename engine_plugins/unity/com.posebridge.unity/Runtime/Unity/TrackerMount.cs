using System;
using PoseBridge.Core;
using UnityEngine;

namespace PoseBridge
{
    /// <summary>How a device is fixed to a joint: with the joint at place l and rotation R it reads l + R * position
    /// and R * rotation. Unity's axes.</summary>
    [Serializable]
    public struct TrackerMount
    {
        public Vector3 position;

        [Tooltip("Degrees.")]
        public Vector3 rotation;

        public static TrackerMount None
        {
            get { return new TrackerMount(); }
        }

        public Tracker On(Joint joint)
        {
            var tracker = new Tracker { Joint = joint };
            var place = Axes.ToProject(position);
            var turn = Axes.ToProject(Quaternion.Euler(rotation.x, rotation.y, rotation.z));
            foreach (var part in new[] { place.X, place.Y, place.Z }) tracker.MountPositionM.Add((float)part);
            foreach (var part in new[] { turn.X, turn.Y, turn.Z, turn.W }) tracker.MountXyzw.Add((float)part);
            return tracker;
        }
    }
}
