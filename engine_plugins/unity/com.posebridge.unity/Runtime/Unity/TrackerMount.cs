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

        /// <summary>A headset reads between the eyes: ahead of and above the head joint of an adult.</summary>
        public static TrackerMount Headset
        {
            get { return new TrackerMount { position = new Vector3(0, 0.07f, 0.09f) }; }
        }

        /// <summary>A controller in a fist, thumb up where it points ahead: it lies a palm's length beyond the wrist.
        /// What devices call their own zero differs by a few degrees and centimetres; measure yours where that
        /// shows.</summary>
        public static TrackerMount LeftController
        {
            get
            {
                return new TrackerMount
                {
                    position = new Vector3(-0.09f, -0.02f, 0.02f), rotation = new Vector3(0, -90, -90),
                };
            }
        }

        public static TrackerMount RightController
        {
            get
            {
                return new TrackerMount
                {
                    position = new Vector3(0.09f, -0.02f, 0.02f), rotation = new Vector3(0, 90, 90),
                };
            }
        }

        public bool IsNone
        {
            get { return position.magnitude == 0 && rotation.magnitude == 0; }
        }

        public TrackerMount Or(TrackerMount other)
        {
            return IsNone ? other : this;
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
