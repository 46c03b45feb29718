namespace PoseBridge.Core
{
    /// <summary>The bones of the person that an avatar would be: its own proportions, at any size. A session solved
    /// for such a body fits the avatar without stretching.</summary>
    public static class BodyMeasure
    {
        private const double CrownM = 0.17; // from the head joint to the top of the head, of a neutral adult

        /// <summary>T-pose offsets (22, parent to joint, metres) of a rig. Joints it lacks lie where a neutral adult
        /// has them between those that are there. RigException where the map does not fit.</summary>
        /// <param name="heightM">From the floor to the top of the head; 0: as the rig is.</param>
        public static Vec3[] Offsets(Rig rig, BoneMap map, double heightM)
        {
            var plan = new RetargetPlan(rig, map, Smpl22.NeutralOffsetsM, false);
            var neutral = Skeleton.JointsInTPose(Smpl22.NeutralOffsetsM);
            var offsets = new Vec3[Smpl22.JointCount];
            var places = new Vec3[Smpl22.JointCount];
            for (var joint = 0; joint < places.Length; joint++) places[joint] = Place(plan, neutral, joint);
            for (var joint = 1; joint < places.Length; joint++)
                offsets[joint] = places[joint] - places[Smpl22.Parents[joint]];
            if (heightM <= 0) return offsets;
            var scale = heightM / Height(offsets);
            for (var joint = 1; joint < offsets.Length; joint++) offsets[joint] = offsets[joint] * scale;
            return offsets;
        }

        /// <summary>From the floor to the top of the head, metres.</summary>
        public static double Height(Vec3[] offsetsM)
        {
            return HeadHeight(offsetsM) * (1 + CrownM / HeadHeight(Smpl22.NeutralOffsetsM));
        }

        /// <summary>Of the head joint over the floor.</summary>
        public static double HeadHeight(Vec3[] offsetsM)
        {
            var places = Skeleton.JointsInTPose(offsetsM);
            var lowest = 0.0;
            foreach (var place in places) lowest = System.Math.Min(lowest, place.Y);
            return places[15].Y - lowest + Skeleton.SoleHeight(offsetsM);
        }

        private static Vec3 Place(RetargetPlan plan, Vec3[] neutral, int joint)
        {
            var bones = plan.Character.Bones;
            if (bones[joint] >= 0) return plan.TPoseM[bones[joint]];
            var above = Smpl22.Parents[joint];
            while (bones[above] < 0) above = Smpl22.Parents[above];
            var below = Below(bones, joint);
            var start = plan.TPoseM[bones[above]];
            if (below < 0) // a toe base
                return start + (neutral[joint] - neutral[above]) * plan.Scale;
            var way = plan.TPoseM[bones[below]] - start;
            Vec3 whole = neutral[below] - neutral[above], part = neutral[joint] - neutral[above];
            return start + way * (Vec3.Dot(part, whole) / Vec3.Dot(whole, whole));
        }

        /// <summary>The nearest joint below that the rig has, on the way to the head where ways part; -1:
        /// none.</summary>
        private static int Below(int[] bones, int joint)
        {
            for (var below = joint; below >= 0; below = Next(below))
                if (bones[below] >= 0) return below;
            return -1;
        }

        private static int Next(int joint)
        {
            if (joint == 9) return 12; // the chest: on to the neck
            return System.Array.IndexOf(Smpl22.Parents, joint);
        }
    }
}
