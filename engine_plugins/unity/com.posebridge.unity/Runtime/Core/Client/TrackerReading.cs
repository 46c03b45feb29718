using System;

namespace PoseBridge.Core
{
    /// <summary>All M trackers at one moment, in the order of the session's setup, in project axes. Made once and
    /// filled again for every frame.</summary>
    public sealed class TrackerReading
    {
        public const int MostTrackers = 22;

        public TrackerReading(int trackers)
        {
            if (trackers < 1 || trackers > MostTrackers)
                throw new ArgumentException("a session has 1 to " + MostTrackers + " trackers, not " + trackers);
            Trackers = trackers;
            PositionsM = new float[3 * trackers];
            RotationsXyzw = new float[4 * trackers];
        }

        public int Trackers { get; }

        /// <summary>Of any clock of the caller's that does not go back, not negative; the pose brings it
        /// back.</summary>
        public long TimeNs { get; set; }

        /// <summary>3 M, metres.</summary>
        public float[] PositionsM { get; }

        /// <summary>4 M, unit quaternions.</summary>
        public float[] RotationsXyzw { get; }

        /// <summary>Bit i: row i was tracked. A row that was not is not looked at.</summary>
        public uint PositionValid { get; set; }

        public uint RotationValid { get; set; }

        /// <summary>A row that is tracked, or is not.</summary>
        public void Set(int row, Vec3 positionM, Quat rotation, bool positionValid, bool rotationValid)
        {
            PositionsM[3 * row] = (float)positionM.X;
            PositionsM[3 * row + 1] = (float)positionM.Y;
            PositionsM[3 * row + 2] = (float)positionM.Z;
            RotationsXyzw[4 * row] = (float)rotation.X;
            RotationsXyzw[4 * row + 1] = (float)rotation.Y;
            RotationsXyzw[4 * row + 2] = (float)rotation.Z;
            RotationsXyzw[4 * row + 3] = (float)rotation.W;
            PositionValid = positionValid ? PositionValid | 1u << row : PositionValid & ~(1u << row);
            RotationValid = rotationValid ? RotationValid | 1u << row : RotationValid & ~(1u << row);
        }

        public void CopyFrom(TrackerReading other)
        {
            TimeNs = other.TimeNs;
            PositionValid = other.PositionValid;
            RotationValid = other.RotationValid;
            Array.Copy(other.PositionsM, PositionsM, PositionsM.Length);
            Array.Copy(other.RotationsXyzw, RotationsXyzw, RotationsXyzw.Length);
        }
    }
}
