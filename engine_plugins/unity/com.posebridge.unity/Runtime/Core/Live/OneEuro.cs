using System;

namespace PoseBridge.Core
{
    /// <summary>The One-Euro filter (Casiez, Roussel and Vogel, 2012): the faster something moves, the less it is
    /// smoothed. For trackers that jitter at rest. A place and a rotation, each by its own speed.</summary>
    public sealed class OneEuro
    {
        private Vec3 _place, _speed;
        private Quat _turn;
        private double _turnSpeed, _timeS = double.NaN;

        /// <summary>Below this, hertz, jitter at rest passes.</summary>
        public double LeastHz { get; set; } = 1.5;

        /// <summary>How much the cut-off rises with speed, hertz per metre a second.</summary>
        public double BetaPlace { get; set; } = 5;

        /// <summary>Hertz per radian a second.</summary>
        public double BetaTurn { get; set; } = 1.5;

        /// <summary>Cut-off for the speed itself, hertz.</summary>
        public double SpeedHz { get; set; } = 1;

        public void Reset()
        {
            _timeS = double.NaN;
        }

        /// <summary>A reading and what to take for it; a time that does not rise, or a gap of half a second, begins
        /// anew.</summary>
        public void Apply(ref Vec3 placeM, ref Quat turn, double timeS)
        {
            var stepS = timeS - _timeS;
            if (!(stepS > 0 && stepS < 0.5)) Begin(placeM, turn);
            else
            {
                var speed = (placeM - _place) * (1 / stepS);
                _speed = _speed + (speed - _speed) * Share(SpeedHz, stepS);
                _place = _place + (placeM - _place) * Share(LeastHz + BetaPlace * _speed.Length, stepS);
                var turnSpeed = Quat.Angle(_turn, turn) / stepS;
                _turnSpeed += (turnSpeed - _turnSpeed) * Share(SpeedHz, stepS);
                _turn = Quat.Slerp(_turn, turn, Share(LeastHz + BetaTurn * _turnSpeed, stepS));
            }
            _timeS = timeS;
            placeM = _place;
            turn = _turn;
        }

        private void Begin(Vec3 placeM, Quat turn)
        {
            _place = placeM;
            _turn = turn;
            _speed = Vec3.Zero;
            _turnSpeed = 0;
        }

        private static double Share(double cutOffHz, double stepS)
        {
            var tauS = 1 / (2 * Math.PI * cutOffHz);
            return 1 / (1 + tauS / stepS);
        }
    }
}
