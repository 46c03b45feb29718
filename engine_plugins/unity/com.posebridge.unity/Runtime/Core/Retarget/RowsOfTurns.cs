using System;

namespace PoseBridge.Core
{
    /// <summary>The rotations a bone can take, all relative to the T-pose, in the world. Row j below 22 is joint j.
    /// Then, for every limb, the joint without its own twist (hip, shoulder) or with the twist of the next one (knee,
    /// elbow). The last row is the pelvis's heading.</summary>
    internal static class RowsOfTurns
    {
        /// <summary>Hip, knee, shoulder, elbow, left and right: where a limb's bone begins.</summary>
        public static readonly int[] Twistable = { 1, 4, 16, 18, 2, 5, 17, 19 };

        public const int FirstTwist = Smpl22.JointCount, Heading = FirstTwist + 8;

        public static bool IsUpper(int joint)
        {
            return joint == 1 || joint == 2 || joint == 16 || joint == 17;
        }

        /// <summary>Where the bone ends that begins at a twistable joint.</summary>
        public static int EndOf(int joint)
        {
            return joint < 16 ? joint + 3 : joint + 2;
        }

        /// <summary>The bone goes that share of the way from the first row to the second.</summary>
        public static void BlendOf(Drive drive, out int first, out int last, out double share)
        {
            first = last = drive.Joint;
            share = 1;
            if (drive.Twist)
            {
                var beside = FirstTwist + Array.IndexOf(Twistable, drive.Joint);
                if (IsUpper(drive.Joint)) first = beside;
                else last = beside;
                share = drive.Share;
            }
            else if (drive.Share < 1 && Smpl22.Parents[drive.Joint] >= 0)
            {
                first = Smpl22.Parents[drive.Joint];
                share = drive.Share;
            }
        }

        /// <summary>One row of the joints' turns.</summary>
        public static Quat Row(Quat[] turns, Vec3[] offsetsM, int row)
        {
            if (row < FirstTwist) return turns[row];
            if (row == Heading) return Quat.TwistAbout(turns[0], Vec3.Up);
            var joint = Twistable[row - FirstTwist];
            var end = EndOf(joint);
            var along = offsetsM[end].Unit;
            if (!IsUpper(joint)) return turns[joint] * Quat.TwistAbout(turns[joint].Inverse * turns[end], along);
            var own = Quat.TwistAbout(turns[Smpl22.Parents[joint]].Inverse * turns[joint], along);
            return turns[joint] * own.Inverse;
        }
    }
}
