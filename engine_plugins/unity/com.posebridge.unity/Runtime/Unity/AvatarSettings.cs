using System;
using UnityEngine;

namespace PoseBridge
{
    /// <summary>How an avatar follows. May be changed while it runs, but for height and record.</summary>
    [Serializable]
    public sealed class AvatarSettings
    {
        [Min(0)]
        [Tooltip("Of the person, from the floor to the top of the head, metres. 0: as tall as the avatar.")]
        public float heightM;

        [Tooltip("Whose calibration is kept on this machine, and used. Empty: none is kept.")]
        public string wearer = "";

        [Tooltip("What `posebridge calibrate --out me.json` wrote, for a wearer of whom nothing is kept.")]
        public TextAsset calibration;

        public Placement placement = Placement.AtTrackers;

        [Range(0, 1)]
        [Tooltip("0: only the avatar's own animation. 1: only the solved body.")]
        public float weight = 1;

        [Range(0, 1)]
        [Tooltip("1: hands exactly where the solved body's are, by bending the arms.")]
        public float handReach = 1;

        [Tooltip("Feet that stand stay where they stand.")]
        public bool lockFeet = true;

        [Min(0)]
        [Tooltip("How long smoothing takes to do 63 % of a step, seconds. 0: none.")]
        public float smoothingS;

        [Tooltip("How old the shown pose is, seconds. Negative: as the network asks for. 0: always the newest.")]
        public float delayS = -1;

        [Min(1)]
        public float mostReadingsHz = 90;

        [Tooltip("Whether the daemon writes the session to a file.")]
        public bool record;
    }
}
