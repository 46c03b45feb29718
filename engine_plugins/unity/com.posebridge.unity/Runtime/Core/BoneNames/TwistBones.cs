using System;
using System.Collections.Generic;

namespace PoseBridge.Core
{
    /// <summary>How bones along a limb share its twist.</summary>
    internal static class TwistBones
    {
        /// <summary>Bones between main and end each twist a step more; bones beside them as far as they lie along the
        /// limb.</summary>
        public static void Add(Dictionary<int, Drive> rows, Rig rig, string joint, int main, int end, List<int> along)
        {
            var upper = RowsOfTurns.IsUpper(Skeleton.IndexOf(joint));
            var between = along.FindAll(bone => rig.IsAbove(bone, end));
            between.Sort((one, other) => rig.Depth(one) - rig.Depth(other));
            double steps = between.Count + 1;
            if (between.Count > 0 && upper) rows[main] = new Drive(rig.Names[main], joint, 1 / steps, true);
            for (var number = 1; number <= between.Count; number++)
                rows[between[number - 1]] = new Drive(rig.Names[between[number - 1]], joint,
                                                      (upper ? number + 1 : number) / steps, true);
            var limb = rig.HeadsM[end] - rig.HeadsM[main];
            foreach (var bone in along)
            {
                if (between.Contains(bone)) continue;
                var place = Vec3.Dot(rig.HeadsM[bone] - rig.HeadsM[main], limb) / Math.Max(Vec3.Dot(limb, limb), 1e-12);
                rows[bone] = new Drive(rig.Names[bone], joint, Math.Round(Math.Max(0, Math.Min(1, place)), 3), true);
            }
        }
    }
}
