namespace PoseBridge.Core
{
    /// <summary>Where the way over the floor goes.</summary>
    public enum RootMotion
    {
        /// <summary>The pelvis travels.</summary>
        InWorld,
        /// <summary>Nowhere: the character moves on the spot.</summary>
        InPlace,
        /// <summary>To the map's root bone, with the heading; the pelvis moves within it.</summary>
        OnRootBone,
    }

    /// <summary>What the motion's origin and axes are for the character.</summary>
    public enum Place
    {
        /// <summary>Where its object stands and looks.</summary>
        Character,
        /// <summary>The world's: trackers stay where they are.</summary>
        World,
    }

    public sealed class RetargetOptions
    {
        public RootMotion Root { get; set; }

        public Place Place { get; set; }

        /// <summary>Scale of the way over the floor; 0: as the hip heights.</summary>
        public double Travel { get; set; }

        /// <summary>Left and right: 0 leaves a hand where the rig's arm has it, 1 takes it exactly to the solved
        /// body's.</summary>
        public double[] HandReach { get; } = new double[2];
    }

    /// <summary>Poses onto a rig, one after another, without garbage. A rig bone's rotation is N G0: N the turn of
    /// its joint relative to the T-pose, G0 the bone's own rotation in the T-pose. The middle of the hips goes where
    /// the solved body's went, scaled by the hip heights of both. Joints the rig lacks need nothing: the bones below
    /// take their world rotation.</summary>
    public sealed class Retargeter
    {
        private readonly RetargetPlan _plan;
        private readonly RigLimbs _limbs;
        private readonly FootLock _feet;
        private readonly Quat[] _turns = new Quat[Smpl22.JointCount], _body = new Quat[Smpl22.JointCount];
        private readonly Vec3[] _joints = new Vec3[Smpl22.JointCount];
        private readonly Quat[] _boneTurns;

        public Retargeter(RetargetPlan plan, RetargetOptions options)
        {
            _plan = plan;
            Options = options;
            _limbs = new RigLimbs(plan);
            _feet = new FootLock(plan, _limbs);
            _boneTurns = new Quat[plan.Bones.Length];
            LocalRotations = new Quat[plan.Bones.Length];
        }

        public RetargetPlan Plan
        {
            get { return _plan; }
        }

        public RetargetOptions Options { get; }

        /// <summary>Feet that stand stay where they stand; see <see cref="FootLock"/>.</summary>
        public FootLock Feet
        {
            get { return _feet; }
        }

        /// <summary>Of each driven bone of the plan, relative to the bone's own parent.</summary>
        public Quat[] LocalRotations { get; }

        /// <summary>The pelvis bone's place from its rest, in its own axes and the rig's units.</summary>
        public Vec3 PelvisLocation { get; private set; }

        /// <summary>The root bone's, where it is driven.</summary>
        public Vec3 RootLocation { get; private set; }

        /// <summary>The pelvis bone's place in the character's frame, metres; with a root bone, as if that were at
        /// rest.</summary>
        public Vec3 PelvisM { get; private set; }

        /// <summary>A pose at a time, in project axes: 22 rotations relative to the parent.</summary>
        /// <param name="timeS">Rises from pose to pose; only feet that stand ask for it.</param>
        public void Apply(Vec3 rootM, Quat[] local, double timeS)
        {
            Skeleton.GlobalRotations(local, _body);
            for (var joint = 0; joint < _turns.Length; joint++) _turns[joint] = _body[joint];
            Skeleton.JointPositions(_plan.OffsetsM, rootM, _body, _joints);
            var travel = Options.Travel > 0 ? Options.Travel : _plan.Scale;
            var hips = Scaled(rootM + _body[0] * _plan.BodyHipsM, travel);
            hips = _feet.Apply(_joints, _turns, hips, timeS);
            for (var hand = 0; hand < 2; hand++) ReachHand(hand, hips, travel);
            Write(hips);
        }

        private Vec3 Scaled(Vec3 place, double travel)
        {
            return new Vec3(place.X * travel, place.Y * _plan.Scale, place.Z * travel);
        }

        private void ReachHand(int hand, Vec3 hips, double travel)
        {
            var weight = Options.HandReach[hand];
            if (weight <= 0) return;
            var limb = RigLimbs.LeftArm + hand;
            var wrist = _limbs.Head(RigLimbs.End(limb), _turns, hips);
            var target = Scaled(_joints[Skeleton.Wrists[hand]], travel);
            _limbs.MoveEnd(limb, _turns, hips, wrist + (target - wrist) * weight);
        }

        private void Write(Vec3 hips)
        {
            hips = IntoCharacterFrame(hips);
            for (var row = 0; row < _boneTurns.Length; row++) _boneTurns[row] = _limbs.BoneTurn(row, _turns);
            for (var row = 0; row < _boneTurns.Length; row++)
            {
                var above = _plan.Above[row];
                var beneath = _boneTurns[row];
                if (above != RetargetPlan.Alone) beneath = _boneTurns[above].Inverse * beneath;
                LocalRotations[row] = (_plan.RestLocal[row] * (_plan.Before[row] * beneath * _plan.After[row])).Unit;
            }
            var head = hips - _turns[0] * _plan.RigHipsM;
            if (_plan.Root >= 0) head = OnRootBone(hips, head);
            PelvisM = head;
            PelvisLocation = OwnAxes(_plan.Main[0], head);
        }

        /// <summary>Turns, and the middle of the hips, as seen from the character's own origin and axes.</summary>
        private Vec3 IntoCharacterFrame(Vec3 hips)
        {
            var inPlace = Options.Root == RootMotion.InPlace;
            if (inPlace) hips = new Vec3(0, hips.Y, 0);
            if (Options.Place == Place.Character) return hips + Vec3.Up * _plan.FloorM;
            var origin = _plan.Character.OriginM;
            var away = _plan.Character.Turn.Inverse;
            if (inPlace) hips += new Vec3(origin.X, 0, origin.Z);
            for (var joint = 0; joint < _turns.Length; joint++) _turns[joint] = away * _turns[joint];
            return away * (hips - origin);
        }

        /// <summary>The pelvis's head as if the root bone were at rest; and the root bone's own location.</summary>
        private Vec3 OnRootBone(Vec3 hips, Vec3 head)
        {
            var heading = RowsOfTurns.Row(_turns, _plan.OffsetsM, RowsOfTurns.Heading);
            Vec3 floor = Vec3.Up * _plan.FloorM, rest = _plan.OffsetM[_plan.Root];
            var place = new Vec3(hips.X, 0, hips.Z) + floor + heading * (rest - floor);
            RootLocation = OwnAxes(_plan.Root, place);
            return rest + heading.Inverse * (head - place);
        }

        /// <summary>Where a head goes, from its rest, in the bone's own axes and the rig's units.</summary>
        private Vec3 OwnAxes(int row, Vec3 head)
        {
            var bone = _plan.Bones[row];
            return _plan.Character.Rest[bone].Inverse * (head - _plan.Character.HeadsM[bone]) * (1 / _plan.UnitsM);
        }
    }
}
