using System;

namespace PoseBridge.Core
{
    /// <summary>Two-bone inverse kinematics in closed form: a limb's end to a point, in the plane it bends in
    /// already. The turns are the shortest, so each bone keeps its twist; a limb that is at its target is left
    /// alone.</summary>
    public static class TwoBone
    {
        public const double AtTargetM = 1e-9;
        private const double Straight = 0.04; // of the limb: a middle joint nearer to the line says little of its plane
        private const double Reach = 0.9995; // of the limb: never quite straight, so the middle joint keeps a side

        /// <summary>World turns to put before those of the limb's two bones, for its end to be at the target or as
        /// near as it reaches.</summary>
        /// <param name="towards">Where the middle joint points if the limb is straight.</param>
        public static void BendTo(Vec3 start, Vec3 middle, Vec3 end, Vec3 target, Vec3 towards, out Quat upper,
                                  out Quat lower)
        {
            upper = lower = Quat.Identity;
            if ((target - end).Length < AtTargetM) return;
            double first = (middle - start).Length, second = (end - middle).Length;
            var line = (target - start).Unit;
            var far = (target - start).Length;
            far = Math.Min(Math.Max(far, Math.Abs(first - second) + 1e-6), Reach * (first + second));
            var side = Side(start, middle, end, line, towards, first + second);
            var along = (first * first - second * second + far * far) / (2 * far);
            var across = Math.Sqrt(Math.Max(first * first - along * along, 0));
            var newMiddle = start + line * along + side * across;
            upper = Quat.Between(middle - start, newMiddle - start);
            lower = Quat.Between(end - middle, start + line * far - newMiddle);
        }

        /// <summary>Where the middle joint bends to, across the line to the target: as it did, carried with the
        /// line.</summary>
        private static Vec3 Side(Vec3 start, Vec3 middle, Vec3 end, Vec3 newLine, Vec3 towards, double length)
        {
            var oldLine = (end - start).Unit;
            var bent = middle - start - oldLine * Vec3.Dot(middle - start, oldLine);
            var doubt = Math.Min(Math.Max(1 - bent.Length / (Straight * length), 0), 1);
            var mixed = bent + towards.Unit * (doubt * doubt * Straight * length);
            var carried = Quat.Between(oldLine, newLine) * mixed;
            return (carried - newLine * Vec3.Dot(carried, newLine)).Unit;
        }
    }
}
