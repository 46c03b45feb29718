using System;

namespace PoseBridge.Core
{
    /// <summary>Feet that stand stay where they stand, live: nothing is known of what comes. A toe base that is low
    /// and slow is held where the rig had it then, by bending the leg; the foot keeps its rotation. When it leaves,
    /// the correction fades by exp(-dt/tau). Where a leg is too short for it the hips come down a little.</summary>
    public sealed class FootLock
    {
        public const double StillMS = 0.15, MovingMS = 0.25; // a stance begins and lasts below these
        private const double Low = 0.07; // of a leg, over the height of a standing toe base
        private const double MostCorrectionM = 0.15; // a foot dragged farther than this does not stand
        private const double FadeS = 0.1, DownS = 0.05, UpS = 0.2;
        private const double Calm = 0.995; // of a leg: no held foot is farther from its hip
        private const double LongestGapS = 0.25;

        private readonly RetargetPlan _plan;
        private readonly RigLimbs _limbs;
        private readonly Vec3[] _toeOffsetM = new Vec3[2], _last = new Vec3[2], _hold = new Vec3[2];
        private readonly Vec3[] _correction = new Vec3[2], _target = new Vec3[2];
        private readonly bool[] _planted = new bool[2];
        private readonly double _lowM;
        private double _timeS = double.NaN, _drop;

        internal FootLock(RetargetPlan plan, RigLimbs limbs)
        {
            _plan = plan;
            _limbs = limbs;
            _lowM = Skeleton.SoleHeight(plan.OffsetsM) + Low * Skeleton.LegLength(plan.OffsetsM);
            for (var foot = 0; foot < 2; foot++) _toeOffsetM[foot] = ToeOffset(foot);
        }

        public bool Enabled { get; set; }

        /// <summary>Whether the left (0) or right (1) foot is held now.</summary>
        public bool IsPlanted(int foot)
        {
            return _planted[foot];
        }

        /// <summary>Forgets where the feet were, as after a jump.</summary>
        public void Reset()
        {
            _timeS = double.NaN;
            _drop = 0;
            for (var foot = 0; foot < 2; foot++)
            {
                _planted[foot] = false;
                _correction[foot] = Vec3.Zero;
            }
        }

        /// <summary>Bends the legs; where the hips go.</summary>
        /// <param name="joints">Of the solved body, in its world.</param>
        internal Vec3 Apply(Vec3[] joints, Quat[] turns, Vec3 hips, double timeS)
        {
            if (!Enabled) return hips;
            var stepS = timeS - _timeS;
            if (!(stepS > 0 && stepS < LongestGapS)) Reset();
            for (var foot = 0; foot < 2; foot++)
            {
                var toe = joints[Skeleton.Toes[foot]];
                if (!double.IsNaN(_timeS)) Correct(foot, toe, RigToe(foot, turns, hips), stepS);
                _last[foot] = toe;
            }
            if (!double.IsNaN(_timeS)) hips = Lowered(turns, hips, stepS);
            for (var foot = 0; foot < 2 && !double.IsNaN(_timeS); foot++)
                if (_correction[foot].Length > TwoBone.AtTargetM || _drop > TwoBone.AtTargetM)
                    _limbs.MoveEnd(foot, turns, hips, _target[foot]);
            _timeS = timeS;
            return hips;
        }

        private void Correct(int foot, Vec3 toe, Vec3 rigToe, double stepS)
        {
            var speed = (toe - _last[foot]).Length / stepS;
            var stays = toe.Y < _lowM && speed < (_planted[foot] ? MovingMS : StillMS);
            if (stays && !_planted[foot]) _hold[foot] = rigToe + _correction[foot];
            _planted[foot] = stays && (_hold[foot] - rigToe).Length < MostCorrectionM;
            _correction[foot] = _planted[foot] ? _hold[foot] - rigToe : _correction[foot] * Math.Exp(-stepS / FadeS);
        }

        /// <summary>The hips, so low that both legs reach; they take their time, and longer to rise.</summary>
        private Vec3 Lowered(Quat[] turns, Vec3 hips, double stepS)
        {
            var needed = 0.0;
            for (var foot = 0; foot < 2; foot++)
            {
                var ankle = _limbs.Head(RigLimbs.End(foot), turns, hips);
                _target[foot] = ankle + _correction[foot];
                if (_correction[foot].Length > TwoBone.AtTargetM)
                    needed = Math.Max(needed, Drop(foot, turns, hips, ankle));
            }
            _drop += (needed - _drop) * (1 - Math.Exp(-stepS / (needed > _drop ? DownS : UpS)));
            return hips - Vec3.Up * _drop;
        }

        private double Drop(int foot, Quat[] turns, Vec3 hips, Vec3 ankle)
        {
            var start = _limbs.Head(RigLimbs.Start(foot), turns, hips);
            var middle = _limbs.Head(RigLimbs.Middle(foot), turns, hips);
            var reach = Calm * ((middle - start).Length + (ankle - middle).Length);
            var way = _target[foot] - start;
            var aside = way.X * way.X + way.Z * way.Z;
            return Math.Max(-way.Y - Math.Sqrt(Math.Max(reach * reach - aside, 0)), 0);
        }

        private Vec3 RigToe(int foot, Quat[] turns, Vec3 hips)
        {
            return _limbs.Head(RigLimbs.End(foot), turns, hips) + turns[RigLimbs.End(foot)] * _toeOffsetM[foot];
        }

        /// <summary>From the ankle in the T-pose; of a rig without toes where the solved body's would be on
        /// it.</summary>
        private Vec3 ToeOffset(int foot)
        {
            int toe = _plan.Main[Skeleton.Toes[foot]], ankle = _plan.Main[Skeleton.Ankles[foot]];
            if (toe >= 0 && _plan.Above[toe] == ankle) return _plan.OffsetM[toe];
            var leg = _plan.OffsetM[_plan.Main[RigLimbs.Middle(foot)]].Length + _plan.OffsetM[ankle].Length;
            return _plan.OffsetsM[Skeleton.Toes[foot]] * (leg / Skeleton.LegLength(_plan.OffsetsM));
        }
    }
}
