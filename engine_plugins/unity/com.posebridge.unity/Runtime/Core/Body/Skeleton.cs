using System;

namespace PoseBridge.Core
{
    /// <summary>What follows from a body's bones: T-pose offsets (22, parent to joint, metres, project
    /// axes).</summary>
    public static class Skeleton
    {
        public static readonly int[] Hips = { 1, 2 }, Ankles = { 7, 8 }, Toes = { 10, 11 }, Wrists = { 20, 21 };
        private static readonly int[] Legs = { 4, 5, 7, 8 };

        /// <summary>The joint's row; -1 for a name that is none.</summary>
        public static int IndexOf(string joint)
        {
            return Array.IndexOf(Smpl22.Names, joint);
        }

        /// <summary>Joints of the T-pose with the pelvis at zero.</summary>
        public static Vec3[] JointsInTPose(Vec3[] offsetsM)
        {
            var places = new Vec3[Smpl22.JointCount];
            for (var joint = 1; joint < places.Length; joint++)
                places[joint] = places[Smpl22.Parents[joint]] + offsetsM[joint];
            return places;
        }

        /// <summary>Thigh and shin, the mean of both sides.</summary>
        public static double LegLength(Vec3[] offsetsM)
        {
            var sum = 0.0;
            foreach (var joint in Legs) sum += offsetsM[joint].Length;
            return sum / 2;
        }

        /// <summary>Height of a toe base over the floor that it stands on: as much of the legs as a neutral
        /// adult's.</summary>
        public static double SoleHeight(Vec3[] offsetsM)
        {
            return Smpl22.SoleHeightM * LegLength(offsetsM) / LegLength(Smpl22.NeutralOffsetsM);
        }

        /// <summary>Height of the hip joints (not the pelvis) over the floor in the T-pose, soles on the
        /// floor.</summary>
        public static double HipHeight(Vec3[] offsetsM)
        {
            var places = JointsInTPose(offsetsM);
            var lowest = double.PositiveInfinity;
            foreach (var place in places) lowest = Math.Min(lowest, place.Y);
            return (places[Hips[0]].Y + places[Hips[1]].Y) / 2 - lowest + SoleHeight(offsetsM);
        }

        /// <summary>Rotations relative to the parent -> relative to the world, of length one.</summary>
        public static void GlobalRotations(Quat[] local, Quat[] global)
        {
            for (var joint = 0; joint < local.Length; joint++)
            {
                var parent = Smpl22.Parents[joint];
                global[joint] = parent < 0 ? local[joint].Unit : global[parent] * local[joint].Unit;
            }
        }

        /// <summary>Joints in the world.</summary>
        public static void JointPositions(Vec3[] offsetsM, Vec3 rootM, Quat[] global, Vec3[] places)
        {
            places[0] = rootM;
            for (var joint = 1; joint < places.Length; joint++)
            {
                var parent = Smpl22.Parents[joint];
                places[joint] = places[parent] + global[parent] * offsetsM[joint];
            }
        }
    }
}
