using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace PoseBridge.Core
{
    /// <summary>Who wears the trackers, and how: bones and mounts. Read from the JSON that `posebridge calibrate --out
    /// me.json` writes, and kept in the same form.</summary>
    public sealed class Wearer
    {
        private const int Format = 1;

        private readonly Dictionary<int, Mount> _mounts; // by joint

        private Wearer(Vec3[] offsetsM, Dictionary<int, Mount> mounts)
        {
            OffsetsM = offsetsM;
            _mounts = mounts;
        }

        /// <summary>T-pose offsets (22, parent to joint, metres).</summary>
        public Vec3[] OffsetsM { get; }

        /// <summary>Somebody of these proportions whose head joint is so high when they stand upright.</summary>
        public static Wearer Tall(Vec3[] proportionsM, double headHeightM)
        {
            var scale = headHeightM / BodyMeasure.HeadHeight(proportionsM);
            return Of(Array.ConvertAll(proportionsM, offset => offset * scale));
        }

        /// <summary>Of these bones; trackers are worn as they are said to be.</summary>
        public static Wearer Of(Vec3[] offsetsM)
        {
            return new Wearer(offsetsM, new Dictionary<int, Mount>());
        }

        /// <summary>CalibrationException for what is none.</summary>
        public static Wearer Read(string text)
        {
            try
            {
                var data = (Dictionary<string, object>)Json.Parse(text);
                if (Convert.ToInt32(data["format"], CultureInfo.InvariantCulture) != Format)
                    throw new CalibrationException("a calibration of format " + data["format"] +
                                                   "; this version reads " + Format);
                var offsets = (Dictionary<string, object>)data["offsets_m"];
                var bones = Array.ConvertAll(Smpl22.Names, name => Vector(Numbers(offsets[name], 3)));
                var mounts = new Dictionary<int, Mount>();
                foreach (Dictionary<string, object> one in (List<object>)data["trackers"])
                {
                    var q = Numbers(one["mount_xyzw"], 4);
                    mounts[Skeleton.IndexOf((string)one["joint"])] = new Mount(
                        Vector(Numbers(one["mount_position_m"], 3)), new Quat(q[0], q[1], q[2], q[3]).Unit);
                }
                return new Wearer(bones, mounts);
            }
            catch (Exception error) when (error is FormatException || error is InvalidCastException ||
                                          error is KeyNotFoundException || error is NullReferenceException)
            {
                throw new CalibrationException("not a calibration that posebridge wrote: " + error.Message);
            }
        }

        /// <summary>The mounts found come before those told: the calibration saw devices as if they were mounted
        /// without offset.</summary>
        public Wearer After(SessionSetup told)
        {
            var mounts = new Dictionary<int, Mount>();
            foreach (var tracker in told.Trackers)
            {
                Mount found;
                var joint = (int)tracker.Joint - 1;
                if (_mounts.TryGetValue(joint, out found)) mounts[joint] = found.Then(Mount.Of(tracker));
            }
            return new Wearer(OffsetsM, mounts);
        }

        /// <summary>Bones and mounts; a joint that is not known keeps its mount.</summary>
        public void Apply(SessionSetup setup)
        {
            setup.OffsetsM.Clear();
            foreach (var offset in OffsetsM)
                foreach (var part in new[] { offset.X, offset.Y, offset.Z }) setup.OffsetsM.Add((float)part);
            foreach (var tracker in setup.Trackers)
            {
                Mount found;
                if (_mounts.TryGetValue((int)tracker.Joint - 1, out found)) found.Write(tracker);
            }
        }

        public string ToJson()
        {
            var offsets = new List<string>();
            for (var joint = 0; joint < OffsetsM.Length; joint++)
                offsets.Add("\"" + Smpl22.Names[joint] + "\": " + List(OffsetsM[joint].X, OffsetsM[joint].Y,
                                                                      OffsetsM[joint].Z));
            var trackers = new List<string>();
            foreach (var one in _mounts)
            {
                Vec3 place = one.Value.PlaceM;
                Quat turn = one.Value.Turn;
                trackers.Add("{\"joint\": \"" + Smpl22.Names[one.Key] + "\", \"mount_position_m\": " +
                             List(place.X, place.Y, place.Z) + ", \"mount_xyzw\": " +
                             List(turn.X, turn.Y, turn.Z, turn.W) + "}");
            }
            return new StringBuilder("{\"format\": ").Append(Format).Append(", \"offsets_m\": {")
                .Append(string.Join(", ", offsets)).Append("}, \"trackers\": [")
                .Append(string.Join(", ", trackers)).Append("]}\n").ToString();
        }

        private static string List(params double[] values)
        {
            return "[" + string.Join(", ", Array.ConvertAll(
                values, value => value.ToString("0.#######", CultureInfo.InvariantCulture))) + "]";
        }

        private static double[] Numbers(object list, int count)
        {
            var found = ((List<object>)list).ConvertAll(one => (double)one);
            if (found.Count != count) throw new FormatException(count + " numbers are due, not " + found.Count);
            foreach (var one in found)
                if (double.IsNaN(one) || double.IsInfinity(one)) throw new FormatException(one + " is no number");
            return found.ToArray();
        }

        private static Vec3 Vector(double[] values)
        {
            return new Vec3(values[0], values[1], values[2]);
        }
    }
}
