namespace PoseBridge.Core
{
    /// <summary>Project axes (right-handed, left hand at +X) to Unity's (left-handed, left hand at -X) and back: both
    /// have Y up and Z ahead, so a mirror across X takes one to the other, and is its own inverse. The one place that
    /// knows.</summary>
    public static class UnityAxes
    {
        /// <summary>A place or direction.</summary>
        public static Vec3 Mirrored(Vec3 point)
        {
            return new Vec3(-point.X, point.Y, point.Z);
        }

        /// <summary>A rotation, in the world or relative to a parent: its axis is mirrored and its sense
        /// reversed.</summary>
        public static Quat Mirrored(Quat turn)
        {
            return new Quat(turn.X, -turn.Y, -turn.Z, turn.W);
        }
    }
}
