using System.Collections.Generic;

namespace PoseBridge.Core
{
    /// <summary>What the table of a rig family says: bone names without side, in any spelling that <see
    /// cref="BoneName"/> reads alike. Limbs and twist bones are by joint without side.</summary>
    public sealed class Family
    {
        public Family(string name, string pelvis, string[] spine, string[] neck, string head, string[] limbs,
                      string[] twist, string root, string sign)
        {
            Name = name;
            Pelvis = pelvis;
            Spine = spine;
            Neck = neck;
            Head = head;
            Root = root;
            Sign = sign;
            for (var one = 0; one < limbs.Length; one += 2) Limbs.Add(limbs[one], limbs[one + 1]);
            for (var one = 0; one < twist.Length; one += 2)
            {
                if (!Twist.ContainsKey(twist[one])) Twist.Add(twist[one], new List<string>());
                Twist[twist[one]].Add(twist[one + 1]);
            }
        }

        public string Name { get; }

        public string Pelvis { get; }

        /// <summary>From the pelvis up; those that a rig has share the three joints.</summary>
        public string[] Spine { get; }

        /// <summary>Upwards; those that a rig has share the one joint.</summary>
        public string[] Neck { get; }

        public string Head { get; }

        public Dictionary<string, string> Limbs { get; } = new Dictionary<string, string>();

        /// <summary>More bones along a limb that begins at the joint.</summary>
        public Dictionary<string, List<string>> Twist { get; } = new Dictionary<string, List<string>>();

        /// <summary>The bone on the floor above all others; null where there is none.</summary>
        public string Root { get; }

        /// <summary>A pattern that some bone's name matches in this family and in no other; empty: none.</summary>
        public string Sign { get; }
    }
}
