using System.Collections.Generic;

namespace PoseBridge.Core
{
    /// <summary>The limbs of a rig in motion: where their joints are, and turns that take their ends elsewhere. Works
    /// on the 22 world turns and the middle of the hips, in the motion's frame; allocates nothing.</summary>
    internal sealed class RigLimbs
    {
        public const int LeftLeg = 0, RightLeg = 1, LeftArm = 2, RightArm = 3;
        private static readonly int[] Starts = { 1, 2, 16, 17 };

        private readonly RetargetPlan _plan;
        private readonly int[][] _ways = new int[Smpl22.JointCount][];

        public RigLimbs(RetargetPlan plan)
        {
            _plan = plan;
            foreach (var start in Starts)
            {
                var middle = RowsOfTurns.EndOf(start);
                foreach (var joint in new[] { start, middle, RowsOfTurns.EndOf(middle) }) _ways[joint] = Way(joint);
            }
        }

        public static int Start(int limb)
        {
            return Starts[limb];
        }

        public static int Middle(int limb)
        {
            return RowsOfTurns.EndOf(Starts[limb]);
        }

        public static int End(int limb)
        {
            return RowsOfTurns.EndOf(Middle(limb));
        }

        /// <summary>Where the head of a limb joint's bone is.</summary>
        public Vec3 Head(int joint, Quat[] turns, Vec3 hips)
        {
            var way = _ways[joint];
            var place = hips - turns[0] * _plan.RigHipsM;
            for (var step = 1; step < way.Length; step++)
                place += BoneTurn(way[step - 1], turns) * _plan.OffsetM[way[step]];
            return place;
        }

        /// <summary>The turn of a driven bone relative to the T-pose.</summary>
        public Quat BoneTurn(int row, Quat[] turns)
        {
            var last = RowsOfTurns.Row(turns, _plan.OffsetsM, _plan.LastRow[row]);
            if (_plan.FirstRow[row] == _plan.LastRow[row] || _plan.Share[row] >= 1) return last;
            return Quat.Slerp(RowsOfTurns.Row(turns, _plan.OffsetsM, _plan.FirstRow[row]), last, _plan.Share[row]);
        }

        /// <summary>The limb's end to the target, or as near as it reaches; what hangs on the end keeps its world
        /// rotation.</summary>
        public void MoveEnd(int limb, Quat[] turns, Vec3 hips, Vec3 target)
        {
            int start = Start(limb), middle = Middle(limb);
            var towards = turns[start] * new Vec3(0, 0, limb < LeftArm ? 1 : -1); // knees ahead, elbows behind
            Quat upper, lower;
            TwoBone.BendTo(Head(start, turns, hips), Head(middle, turns, hips), Head(End(limb), turns, hips), target,
                           towards, out upper, out lower);
            turns[start] = upper * turns[start];
            turns[middle] = lower * turns[middle];
        }

        /// <summary>Rows from the pelvis to the joint's bone.</summary>
        private int[] Way(int joint)
        {
            var way = new List<int>();
            for (var row = _plan.Main[joint]; row != _plan.Main[0]; row = _plan.Above[row])
            {
                if (row == RetargetPlan.Alone)
                    throw new RigException(Smpl22.Names[joint] + " does not hang on the pelvis");
                way.Insert(0, row);
            }
            way.Insert(0, _plan.Main[0]);
            return way.ToArray();
        }
    }
}
