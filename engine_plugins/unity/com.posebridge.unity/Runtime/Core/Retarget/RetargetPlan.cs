using System;

namespace PoseBridge.Core
{
    /// <summary>What retargeting to one rig comes to, worked out once: constants of every driven bone. For a bone
    /// with rest rotation R, turned by D to the T-pose (G0 = D R), whose joint is turned by N, the bone's rotation is
    /// N G0. Beneath the nearest driven bone above it (a), everything between at rest, that is the basis R^-1 Da^-1 .
    /// Na^-1 N . D R. Places and turns are in the character's frame.</summary>
    public sealed class RetargetPlan
    {
        public const int Alone = -1; // no driven bone above

        /// <summary>RigException where the map does not fit the rig.</summary>
        /// <param name="offsetsM">The solved body's bones.</param>
        /// <param name="rootBone">Whether the map's root bone is driven, too.</param>
        public RetargetPlan(Rig rig, BoneMap map, Vec3[] offsetsM, bool rootBone)
        {
            var faults = map.Problems(rig);
            if (rootBone && map.Root == null) faults.Add("the map has no root bone to carry the motion");
            if (faults.Count > 0) throw new RigException(string.Join("; ", faults));
            OffsetsM = offsetsM;
            Character = new Character(rig, map);
            var turns = RestPose.TurnsToTPose(rig, map, Character, offsetsM);
            Order(rig, map, rootBone);
            var places = TPosePlaces(rig, turns);
            Constants(rig, turns, places);
            FloorM = Character.FloorHeight(offsetsM);
            Scale = HipsOverFloor(places) / Skeleton.HipHeight(offsetsM);
            var body = Skeleton.JointsInTPose(offsetsM);
            BodyHipsM = (body[Skeleton.Hips[0]] + body[Skeleton.Hips[1]]) * 0.5;
            RigHipsM = MiddleOfHips(places) - places[Character.Bones[0]];
            UnitsM = rig.Scale;
            TPoseM = places;
        }

        /// <summary>Where each bone of the rig is in the T-pose, roots where they rest.</summary>
        internal Vec3[] TPoseM { get; }

        public Vec3[] OffsetsM { get; }

        public Character Character { get; }

        /// <summary>Driven bones of the rig, parents before children.</summary>
        public int[] Bones { get; private set; }

        /// <summary>Of each the nearest driven bone above, as a row of this plan, or Alone.</summary>
        public int[] Above { get; private set; }

        /// <summary>Of each joint the row of its bone; -1: none.</summary>
        public int[] Main { get; private set; }

        /// <summary>The row of the root bone where it is driven; else -1.</summary>
        public int Root { get; private set; }

        public double FloorM { get; }

        /// <summary>Hip height of the rig / of the solved body.</summary>
        public double Scale { get; }

        /// <summary>From the body's pelvis to the middle of its hips, T-pose.</summary>
        public Vec3 BodyHipsM { get; }

        /// <summary>The same of the rig.</summary>
        public Vec3 RigHipsM { get; }

        /// <summary>Metres in one unit of the rig's own space.</summary>
        public double UnitsM { get; }

        internal int[] FirstRow { get; private set; }

        internal int[] LastRow { get; private set; }

        internal double[] Share { get; private set; }

        internal Quat[] Before { get; private set; }

        internal Quat[] After { get; private set; }

        /// <summary>At rest, relative to the bone's own parent.</summary>
        internal Quat[] RestLocal { get; private set; }

        /// <summary>T-pose, from the bone above; of a bone alone its place at rest.</summary>
        internal Vec3[] OffsetM { get; private set; }

        private void Order(Rig rig, BoneMap map, bool rootBone)
        {
            var drives = new Drive[rig.Count];
            foreach (var drive in map.Drives) drives[rig.IndexOf(drive.Bone)] = drive;
            var root = rootBone ? rig.IndexOf(map.Root) : -1;
            Bones = Array.FindAll(rig.FromTheTop(), bone => drives[bone] != null || bone == root);
            Root = Array.IndexOf(Bones, root);
            FirstRow = new int[Bones.Length];
            LastRow = new int[Bones.Length];
            Share = new double[Bones.Length];
            Above = new int[Bones.Length];
            for (var row = 0; row < Bones.Length; row++)
            {
                FirstRow[row] = LastRow[row] = RowsOfTurns.Heading;
                Share[row] = 1;
                if (row != Root)
                    RowsOfTurns.BlendOf(drives[Bones[row]], out FirstRow[row], out LastRow[row], out Share[row]);
                var above = rig.Parents[Bones[row]];
                while (above >= 0 && Array.IndexOf(Bones, above) < 0) above = rig.Parents[above];
                Above[row] = above >= 0 ? Array.IndexOf(Bones, above) : Alone;
            }
            Main = Array.ConvertAll(Character.Bones, bone => bone < 0 ? -1 : Array.IndexOf(Bones, bone));
        }

        private void Constants(Rig rig, Quat[] turns, Vec3[] places)
        {
            Before = new Quat[Bones.Length];
            After = new Quat[Bones.Length];
            RestLocal = new Quat[Bones.Length];
            OffsetM = new Vec3[Bones.Length];
            for (var row = 0; row < Bones.Length; row++)
            {
                int bone = Bones[row], parent = rig.Parents[bone], above = Above[row];
                var rest = Character.Rest[bone];
                var turnAbove = above == Alone ? Quat.Identity : turns[Bones[above]];
                Before[row] = rest.Inverse * turnAbove.Inverse;
                After[row] = turns[bone] * rest;
                RestLocal[row] = parent >= 0 ? rig.Rest[parent].Inverse * rig.Rest[bone] : rig.Rest[bone];
                OffsetM[row] = above == Alone ? Character.HeadsM[bone] : places[bone] - places[Bones[above]];
            }
        }

        /// <summary>The heads of all bones in the T-pose, roots where they rest.</summary>
        private Vec3[] TPosePlaces(Rig rig, Quat[] turns)
        {
            var places = (Vec3[])Character.HeadsM.Clone();
            foreach (var bone in rig.FromTheTop())
            {
                var parent = rig.Parents[bone];
                if (parent < 0) continue;
                places[bone] = places[parent] + turns[parent] * (Character.HeadsM[bone] - Character.HeadsM[parent]);
            }
            return places;
        }

        private Vec3 MiddleOfHips(Vec3[] places)
        {
            return (places[Character.Bones[Skeleton.Hips[0]]] + places[Character.Bones[Skeleton.Hips[1]]]) * 0.5;
        }

        /// <summary>Of the T-pose: the legs straight below, on ankles as high as they rest.</summary>
        private double HipsOverFloor(Vec3[] places)
        {
            int left = Character.Bones[Skeleton.Ankles[0]], right = Character.Bones[Skeleton.Ankles[1]];
            var legs = MiddleOfHips(places).Y - (places[left].Y + places[right].Y) / 2;
            return legs + (Character.HeadsM[left].Y + Character.HeadsM[right].Y) / 2 - Character.FloorHeight(OffsetsM);
        }
    }
}
