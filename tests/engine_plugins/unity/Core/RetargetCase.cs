using System;
using System.Collections.Generic;
using PoseBridge.Core;

namespace PoseBridge.Tests
{
    /// <summary>One case of retarget.json: a rig, its map, a body's bones and a motion.</summary>
    public sealed class RetargetCase
    {
        private readonly Dictionary<string, object> _case;

        public RetargetCase(Dictionary<string, object> one)
        {
            _case = one;
            OffsetsM = ((List<object>)one["offsets_m"]).ConvertAll(Vectors.Vec3).ToArray();
            Rig = ReadRig((Dictionary<string, object>)one["rig"]);
            Map = ReadMap((Dictionary<string, object>)one["map"]);
        }

        public Rig Rig { get; }

        public BoneMap Map { get; }

        public Vec3[] OffsetsM { get; }

        public int Frames
        {
            get { return Motion("root_m").Count; }
        }

        public Vec3 Root(int frame)
        {
            return Vectors.Vec3(Motion("root_m")[frame]);
        }

        public Quat[] Local(int frame)
        {
            return ((List<object>)Motion("local_xyzw")[frame]).ConvertAll(Vectors.Quat).ToArray();
        }

        public Retargeter Retargeter()
        {
            var options = new RetargetOptions
            {
                Root = (RootMotion)Array.IndexOf(new[] { "in world", "in place", "on a root bone" }, _case["root"]),
                Place = (string)_case["place"] == "world" ? Place.World : Place.Character,
            };
            if (_case.ContainsKey("reach_hands") && (bool)_case["reach_hands"])
                options.HandReach[0] = options.HandReach[1] = 1;
            return new Retargeter(new RetargetPlan(Rig, Map, OffsetsM, options.Root == RootMotion.OnRootBone), options);
        }

        private List<object> Motion(string name)
        {
            return Vectors.List(_case["motion"], name);
        }

        /// <summary>The object's matrix by rows is a turn, a scale and a place.</summary>
        public static Rig ReadRig(Dictionary<string, object> rig)
        {
            var rows = ((List<object>)rig["object"]).ConvertAll(row => Vectors.Numbers(row));
            var columns = new Vec3[4];
            for (var column = 0; column < 4; column++)
                columns[column] = new Vec3(rows[0][column], rows[1][column], rows[2][column]);
            var scale = columns[0].Length;
            return new Rig(
                ((List<object>)rig["names"]).ConvertAll(name => (string)name).ToArray(),
                Array.ConvertAll(Vectors.Numbers(rig["parents"]), parent => (int)parent),
                ((List<object>)rig["rest_heads"]).ConvertAll(Vectors.Vec3).ToArray(),
                ((List<object>)rig["rest_xyzw"]).ConvertAll(Vectors.Quat).ToArray(),
                ((List<object>)rig["tails"]).ConvertAll(Vectors.Vec3).ToArray(),
                Quat.FromAxes(columns[0].Unit, columns[1].Unit, columns[2].Unit), scale, columns[3]);
        }

        public static BoneMap ReadMap(Dictionary<string, object> map)
        {
            var drives = new List<Drive>();
            foreach (Dictionary<string, object> row in (List<object>)map["bones"])
                drives.Add(new Drive((string)row["bone"], (string)row["joint"], (double)row["share"], (bool)row["twist"]));
            return new BoneMap(drives, (string)map["root"]);
        }
    }
}
