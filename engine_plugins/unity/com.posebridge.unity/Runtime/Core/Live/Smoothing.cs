using System;

namespace PoseBridge.Core
{
    /// <summary>Smoothing that is the same at every frame rate: after a time tau, 63 % of a step is done.</summary>
    public static class Smoothing
    {
        /// <summary>How much of the way to go in a step of time: 1 - exp(-dt / tau). A tau of 0 goes all of
        /// it.</summary>
        public static double Share(double stepS, double tauS)
        {
            return tauS > 0 ? 1 - Math.Exp(-Math.Max(stepS, 0) / tauS) : 1;
        }

        public static Vec3 Toward(Vec3 from, Vec3 to, double stepS, double tauS)
        {
            return from + (to - from) * Share(stepS, tauS);
        }

        public static Quat Toward(Quat from, Quat to, double stepS, double tauS)
        {
            return Quat.Slerp(from, to, Share(stepS, tauS));
        }
    }

    /// <summary>A whole body, smoothed.</summary>
    public sealed class PoseSmoother
    {
        private readonly PoseSample _last = new PoseSample();
        private bool _has;

        /// <summary>Seconds; 0: nothing is smoothed.</summary>
        public double TauS { get; set; }

        public void Reset()
        {
            _has = false;
        }

        public void Apply(PoseSample sample, double stepS)
        {
            if (_has && TauS > 0) sample.Mix(_last, sample, Smoothing.Share(stepS, TauS));
            _last.CopyFrom(sample);
            _has = true;
        }
    }
}
