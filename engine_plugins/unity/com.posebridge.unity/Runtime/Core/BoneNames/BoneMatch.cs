using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace PoseBridge.Core
{
    /// <summary>A bone map for a rig nobody has mapped, by the names of the known families.</summary>
    public sealed class BoneMatch
    {
        private readonly Rig _rig;
        private readonly IList<string> _names;
        private readonly List<Dictionary<string, int>> _keys = new List<Dictionary<string, int>>();

        private BoneMatch(Rig rig, IList<string> names)
        {
            _rig = rig;
            _names = names;
            var spelled = new List<string>(names).ConvertAll(BoneName.Words);
            _keys.Add(BoneName.Keys(spelled));
            _keys.Add(BoneName.Keys(BoneName.WithoutSharedWords(spelled)));
        }

        /// <summary>The map of the family that fits best. RigException: none fits; it says which comes nearest.
        /// </summary>
        /// <param name="names">The rig's bones as people call them.</param>
        public static BoneMap Find(Rig rig, IList<string> names)
        {
            string family;
            return Find(rig, names, out family);
        }

        /// <summary>And the family's name.</summary>
        public static BoneMap Find(Rig rig, IList<string> names, out string family)
        {
            var match = new BoneMatch(rig, names);
            BoneMap whole = null, nearest = null;
            string wholeOf = null, nearestTo = null;
            foreach (var one in match.BySign())
            {
                var found = match.Best(one);
                if (nearest == null || found.Drives.Count > nearest.Drives.Count)
                {
                    nearest = found;
                    nearestTo = one.Name;
                }
                if (found.Lacking().Count > 0) continue;
                family = one.Name;
                if (found.Problems(rig).Count == 0) return found;
                if (whole != null) continue;
                whole = found; // its problems can be told and mended
                wholeOf = one.Name;
            }
            family = wholeOf;
            if (whole != null) return whole;
            throw new RigException("unknown rig: nearest to " + nearestTo + ", which leaves " +
                                   string.Join(", ", nearest.Lacking()) + " without a bone; name these bones by hand");
        }

        /// <summary>Families whose sign is on some bone first; those whose sign is missing last.</summary>
        private List<Family> BySign()
        {
            var ranked = new List<Family>[] { new List<Family>(), new List<Family>(), new List<Family>() };
            foreach (var family in Families.All) ranked[Rank(family)].Add(family);
            ranked[0].AddRange(ranked[1]);
            ranked[0].AddRange(ranked[2]);
            return ranked[0];
        }

        private int Rank(Family family)
        {
            if (family.Sign.Length == 0) return 1;
            foreach (var name in _names)
            {
                var bare = name.Substring(name.LastIndexOfAny(new[] { ':', '|', '/' }) + 1);
                if (Regex.IsMatch(name, family.Sign) || Regex.IsMatch(bare, family.Sign)) return 0;
            }
            return 2;
        }

        private BoneMap Best(Family family)
        {
            BoneMap best = null;
            foreach (var keys in _keys)
            {
                var found = Mapped(family, keys);
                if (best == null || found.Drives.Count > best.Drives.Count) best = found;
            }
            return best;
        }

        private BoneMap Mapped(Family family, Dictionary<string, int> keys)
        {
            var rows = new Dictionary<int, Drive>();
            Add(rows, Lookup(keys, "", family.Pelvis), "pelvis");
            Add(rows, Lookup(keys, "", family.Head), "head");
            AddChain(rows, keys, family.Spine, BoneMap.SpineJoints);
            AddChain(rows, keys, family.Neck, new[] { "neck" });
            foreach (var side in new[] { "L", "R" })
            {
                var main = new Dictionary<string, int>();
                foreach (var limb in family.Limbs)
                {
                    var bone = Lookup(keys, side, limb.Value);
                    if (bone < 0) continue;
                    main[limb.Key] = bone;
                    Add(rows, bone, side + "_" + limb.Key);
                }
                foreach (var twist in family.Twist) AddTwist(rows, keys, side, twist.Key, twist.Value, main);
            }
            var root = family.Root == null ? -1 : Lookup(keys, "", family.Root);
            return new BoneMap(rows.Values, root >= 0 && !rows.ContainsKey(root) ? _rig.Names[root] : null);
        }

        private void AddTwist(Dictionary<int, Drive> rows, Dictionary<string, int> keys, string side, string joint,
                              List<string> names, Dictionary<string, int> main)
        {
            var along = names.ConvertAll(name => Lookup(keys, side, name)).FindAll(bone => bone >= 0);
            var last = Smpl22.Names[RowsOfTurns.EndOf(Skeleton.IndexOf(side + "_" + joint))].Substring(2);
            if (along.Count == 0 || !main.ContainsKey(joint) || !main.ContainsKey(last)) return;
            TwistBones.Add(rows, _rig, side + "_" + joint, main[joint], main[last], along);
        }

        private void AddChain(Dictionary<int, Drive> rows, Dictionary<string, int> keys, string[] names,
                              string[] joints)
        {
            var bones = new List<int>();
            foreach (var name in names)
                if (Lookup(keys, "", name) >= 0) bones.Add(Lookup(keys, "", name));
            var place = 0;
            foreach (var drive in BoneMap.Chain(bones.ConvertAll(bone => _rig.Names[bone]), joints))
                rows[bones[place++]] = drive;
        }

        private void Add(Dictionary<int, Drive> rows, int bone, string joint)
        {
            if (bone >= 0) rows[bone] = new Drive(_rig.Names[bone], joint);
        }

        private static int Lookup(Dictionary<string, int> keys, string side, string name)
        {
            int bone;
            var stem = BoneName.Key(BoneName.Words(name));
            return keys.TryGetValue(side + stem.Substring(stem.IndexOf(' ')), out bone) ? bone : -1;
        }
    }
}
