using System;

namespace PoseBridge.Core
{
    /// <summary>A rig at rest as plain data: B bones in any order, in the space of the object they belong to. A turn,
    /// a scale and a place lead from there to the world, which is the project's: right-handed, Y up,
    /// metres.</summary>
    public sealed class Rig
    {
        private readonly int[] _depth;

        /// <param name="parents">-1: no parent.</param>
        /// <param name="heads">Where the bones begin.</param>
        /// <param name="rest">Their axes at rest.</param>
        /// <param name="tails">Where they end, if that is known; only asked of feet without toes.</param>
        /// <param name="objectTurn">The object's axes in the world.</param>
        /// <param name="scale">Metres in one unit of the object's space.</param>
        /// <param name="origin">The object's origin in the world.</param>
        public Rig(string[] names, int[] parents, Vec3[] heads, Quat[] rest, Vec3[] tails, Quat objectTurn,
                   double scale, Vec3 origin)
        {
            Names = names;
            Parents = parents;
            Rest = rest;
            ObjectTurn = objectTurn;
            Scale = scale;
            Origin = origin;
            HeadsM = Array.ConvertAll(heads, ToWorld);
            TailsM = Array.ConvertAll(tails, ToWorld);
            _depth = new int[names.Length];
            for (var bone = 0; bone < names.Length; bone++)
            {
                for (var above = parents[bone]; above >= 0 && _depth[bone] <= names.Length; above = parents[above])
                    _depth[bone]++;
                if (_depth[bone] > names.Length) throw new RigException("the parents of bones go round in a circle");
            }
        }

        public string[] Names { get; }

        public int[] Parents { get; }

        /// <summary>In the object's space.</summary>
        public Quat[] Rest { get; }

        public Quat ObjectTurn { get; }

        public double Scale { get; }

        public Vec3 Origin { get; }

        /// <summary>In the world.</summary>
        public Vec3[] HeadsM { get; }

        /// <summary>In the world.</summary>
        public Vec3[] TailsM { get; }

        public int Count
        {
            get { return Names.Length; }
        }

        /// <summary>How many bones are above.</summary>
        public int Depth(int bone)
        {
            return _depth[bone];
        }

        /// <summary>-1 where there is none.</summary>
        public int IndexOf(string name)
        {
            return Array.IndexOf(Names, name);
        }

        public bool IsAbove(int ancestor, int bone)
        {
            for (var above = Parents[bone]; above >= 0; above = Parents[above])
                if (above == ancestor) return true;
            return false;
        }

        /// <summary>All bones, parents before children, else in their order.</summary>
        public int[] FromTheTop()
        {
            var order = new int[Count];
            for (var bone = 0; bone < Count; bone++) order[bone] = bone;
            Array.Sort(order, (one, other) => _depth[one] != _depth[other] ? _depth[one] - _depth[other] : one - other);
            return order;
        }

        private Vec3 ToWorld(Vec3 point)
        {
            return ObjectTurn * (point * Scale) + Origin;
        }
    }

    /// <summary>A rig or a bone map that cannot be used, in one line.</summary>
    public sealed class RigException : Exception
    {
        public RigException(string message) : base(message)
        {
        }
    }
}
