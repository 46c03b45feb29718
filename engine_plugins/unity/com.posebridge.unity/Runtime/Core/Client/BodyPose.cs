using System;

namespace PoseBridge.Core
{
    /// <summary>The body at the moment of a reading, in project axes. Made once and filled again for every
    /// frame.</summary>
    public sealed class BodyPose
    {
        /// <summary>Of the reading it answers.</summary>
        public long TimeNs { get; set; }

        /// <summary>The pelvis joint in the world, 3, metres.</summary>
        public float[] RootPositionM { get; } = new float[3];

        /// <summary>22 by 4, relative to the parent and the T-pose; row 0 is the pelvis in the world.</summary>
        public float[] LocalXyzw { get; } = new float[4 * Smpl22.JointCount];

        /// <summary>22: 1 where the joint is within 1 cm of the truth nine times of ten, toward 0 a guess.</summary>
        public float[] Confidence { get; } = new float[Smpl22.JointCount];

        /// <summary>Bit j: a tracker's rotation was used for joint j.</summary>
        public uint Measured { get; set; }

        /// <summary>When it came here, <see cref="MonotonicClock"/>.</summary>
        public double ReceivedS { get; set; }

        /// <summary>How long the daemon had it, by the daemon's clock, seconds.</summary>
        public double ServerS { get; set; }

        public Vec3 Root
        {
            get { return new Vec3(RootPositionM[0], RootPositionM[1], RootPositionM[2]); }
        }

        public Quat Local(int joint)
        {
            return new Quat(LocalXyzw[4 * joint], LocalXyzw[4 * joint + 1], LocalXyzw[4 * joint + 2],
                            LocalXyzw[4 * joint + 3]);
        }

        public void CopyFrom(BodyPose other)
        {
            TimeNs = other.TimeNs;
            Measured = other.Measured;
            ReceivedS = other.ReceivedS;
            ServerS = other.ServerS;
            Array.Copy(other.RootPositionM, RootPositionM, RootPositionM.Length);
            Array.Copy(other.LocalXyzw, LocalXyzw, LocalXyzw.Length);
            Array.Copy(other.Confidence, Confidence, Confidence.Length);
        }

        /// <summary>DaemonRefused if its numbers are not as many as they must be, or not finite.</summary>
        public void Read(PoseFrame frame, double nowS)
        {
            if (frame.RootPositionM.Count != 3 || frame.LocalXyzw.Count != LocalXyzw.Length ||
                frame.Confidence.Count != Confidence.Length)
                throw new DaemonRefusedException("the daemon sent a pose of " + frame.RootPositionM.Count + ", " +
                    frame.LocalXyzw.Count + " and " + frame.Confidence.Count + " numbers, not 3, 88 and 22");
            Take(frame.RootPositionM, RootPositionM);
            Take(frame.LocalXyzw, LocalXyzw);
            Take(frame.Confidence, Confidence);
            TimeNs = frame.TimeNs;
            Measured = frame.Measured;
            ReceivedS = nowS;
            ServerS = 1e-9 * (frame.ServerSentNs - frame.ServerReceivedNs);
        }

        private static void Take(FloatList from, float[] to)
        {
            for (var place = 0; place < to.Length; place++)
            {
                var value = from[place];
                if (float.IsNaN(value) || float.IsInfinity(value))
                    throw new DaemonRefusedException("the daemon sent a pose with a number that is none");
                to[place] = value;
            }
        }
    }
}
