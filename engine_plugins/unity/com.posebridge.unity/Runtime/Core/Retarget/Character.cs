using System;

namespace PoseBridge.Core
{
    /// <summary>The rig at rest in its own frame: +X its left, +Y up, +Z forward, zero where the object's origin is;
    /// metres. Up and forward are axes of the object where the body lies along them.</summary>
    public sealed class Character
    {
        private const double SnapUp = 0.8191520442889918, SnapForward = 0.9063077870366499; // cosines of 35, 25 degrees
        private const double FloorUnderAnkle = 0.3; // of a leg: an origin so far below the ankles is the floor

        public Character(Rig rig, BoneMap map)
        {
            Bones = new int[Smpl22.JointCount];
            for (var joint = 0; joint < Bones.Length; joint++) Bones[joint] = map.BoneOf(joint, rig);
            Turn = Axes(rig);
            OriginM = rig.Origin;
            var away = Turn.Inverse;
            HeadsM = Array.ConvertAll(rig.HeadsM, place => away * (place - rig.Origin));
            TailsM = Array.ConvertAll(rig.TailsM, place => away * (place - rig.Origin));
            Rest = Array.ConvertAll(rig.Rest, axes => away * rig.ObjectTurn * axes);
        }

        /// <summary>The frame's axes in the world.</summary>
        public Quat Turn { get; }

        /// <summary>The object's origin in the world.</summary>
        public Vec3 OriginM { get; }

        public Vec3[] HeadsM { get; }

        public Vec3[] TailsM { get; }

        public Quat[] Rest { get; }

        /// <summary>Of each joint the bone whose head it is; -1: none.</summary>
        public int[] Bones { get; }

        public bool Has(int joint)
        {
            return Bones[joint] >= 0;
        }

        public Vec3 Joint(int joint)
        {
            return HeadsM[Bones[joint]];
        }

        /// <summary>Height of the floor below the character at rest: the object's origin where that is believable,
        /// else the lowest toe base stands as high over it as the solved body's does, in proportion to their
        /// legs.</summary>
        public double FloorHeight(Vec3[] offsetsM)
        {
            var legs = (Leg(1, 4, 7) + Leg(2, 5, 8)) / 2;
            var ankle = Math.Min(Joint(7).Y, Joint(8).Y);
            if (ankle >= 0 && ankle < FloorUnderAnkle * legs) return 0;
            var lowest = ankle;
            foreach (var toe in Skeleton.Toes)
                if (Has(toe)) lowest = Math.Min(lowest, Joint(toe).Y);
            var share = legs / Skeleton.LegLength(offsetsM);
            var toesKnown = Has(Skeleton.Toes[0]) && Has(Skeleton.Toes[1]);
            var belowAnkle = toesKnown ? 0 : -share * (offsetsM[10].Y + offsetsM[11].Y) / 2;
            return lowest - belowAnkle - share * Skeleton.SoleHeight(offsetsM);
        }

        private double Leg(int hip, int knee, int ankle)
        {
            return (Joint(knee) - Joint(hip)).Length + (Joint(ankle) - Joint(knee)).Length;
        }

        private Quat Axes(Rig rig)
        {
            Vec3 head = rig.HeadsM[Bones[15]], leftHip = rig.HeadsM[Bones[1]], rightHip = rig.HeadsM[Bones[2]];
            Vec3 leftShoulder = rig.HeadsM[Bones[16]], rightShoulder = rig.HeadsM[Bones[17]];
            var up = Snapped(rig, (head - (leftHip + rightHip) * 0.5).Unit, SnapUp);
            var left = (leftHip - rightHip).Unit + (leftShoulder - rightShoulder).Unit;
            var forward = Snapped(rig, Vec3.Cross(left - up * Vec3.Dot(left, up), up).Unit, SnapForward);
            forward = (forward - up * Vec3.Dot(forward, up)).Unit;
            return Quat.FromAxes(Vec3.Cross(up, forward), up, forward);
        }

        private static Vec3 Snapped(Rig rig, Vec3 direction, double near)
        {
            Vec3 best = direction;
            foreach (var axis in new[] { new Vec3(1, 0, 0), new Vec3(0, 1, 0), new Vec3(0, 0, 1) })
            {
                var turned = rig.ObjectTurn * axis;
                var along = Vec3.Dot(turned, direction);
                if (Math.Abs(along) <= near) continue;
                near = Math.Abs(along);
                best = turned * Math.Sign(along);
            }
            return best;
        }
    }
}
