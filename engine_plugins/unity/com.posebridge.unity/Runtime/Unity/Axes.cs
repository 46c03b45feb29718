using PoseBridge.Core;
using UnityEngine;

namespace PoseBridge
{
    /// <summary>Unity's numbers and axes to the project's and back.</summary>
    public static class Axes
    {
        public static Vec3 ToProject(Vector3 point)
        {
            return UnityAxes.Mirrored(new Vec3(point.x, point.y, point.z));
        }

        public static Quat ToProject(Quaternion turn)
        {
            return UnityAxes.Mirrored(new Quat(turn.x, turn.y, turn.z, turn.w)).Unit;
        }

        public static Vector3 ToUnity(Vec3 point)
        {
            var there = UnityAxes.Mirrored(point);
            return new Vector3((float)there.X, (float)there.Y, (float)there.Z);
        }

        public static Quaternion ToUnity(Quat turn)
        {
            var there = UnityAxes.Mirrored(turn);
            return new Quaternion((float)there.X, (float)there.Y, (float)there.Z, (float)there.W);
        }
    }
}
