using System.Collections.Generic;

namespace PoseBridge.Core
{
    /// <summary>What turns a bone. Share 1: it turns with its joint; less, in spine and neck: that part of the way
    /// from the joint's parent to the joint. With twist the bone lies along the limb that begins at the joint and
    /// only takes part of a twist: of the upper limb's own (hip, shoulder), or of what the next joint twists (knee:
    /// ankle, elbow: wrist).</summary>
    public sealed class Drive
    {
        public Drive(string bone, string joint, double share = 1, bool twist = false)
        {
            Bone = bone;
            Joint = Skeleton.IndexOf(joint);
            Share = share;
            Twist = twist;
            if (Joint < 0) throw new RigException(bone + ": unknown joint '" + joint + "'");
            if (!(share >= 0 && share <= 1)) throw new RigException(bone + ": a share is from 0 to 1, not " + share);
            if (twist && System.Array.IndexOf(RowsOfTurns.Twistable, Joint) < 0)
                throw new RigException(bone + ": only bones along upper arms, forearms, thighs and shins take a twist");
        }

        public string Bone { get; }

        public int Joint { get; }

        public double Share { get; }

        public bool Twist { get; }
    }

    /// <summary>Which bone does what.</summary>
    public sealed class BoneMap
    {
        public static readonly string[] SpineJoints = { "spine1", "spine2", "spine3" };
        private static readonly int[] Needed = { 0, 15, 1, 4, 7, 16, 18, 20, 2, 5, 8, 17, 19, 21 };

        /// <param name="root">The bone that can carry the way over the floor; null where there is none.</param>
        public BoneMap(IEnumerable<Drive> drives, string root = null)
        {
            Drives = new List<Drive>(drives);
            Root = root;
        }

        public List<Drive> Drives { get; }

        public string Root { get; }

        /// <summary>Bones one after another share the turns of joints evenly; the last has all of them.</summary>
        public static IEnumerable<Drive> Chain(IList<string> bones, IList<string> joints)
        {
            for (var place = 1; place <= bones.Count; place++)
            {
                var reached = (double)place * joints.Count / bones.Count;
                var number = (int)System.Math.Ceiling(reached - 1e-9);
                yield return new Drive(bones[place - 1], joints[number - 1], System.Math.Min(reached - number + 1, 1));
            }
        }

        /// <summary>The bone of the rig whose head is the joint: the one that turns with all of it, else, of hips and
        /// shoulders, the topmost along it; -1 where there is none.</summary>
        public int BoneOf(int joint, Rig rig)
        {
            Drive best = null;
            var top = -1;
            foreach (var drive in Drives)
            {
                var bone = drive.Joint == joint ? rig.IndexOf(drive.Bone) : -1;
                if (bone < 0) continue;
                if (!drive.Twist && (best == null || drive.Share > best.Share)) best = drive;
                if (top < 0 || rig.Depth(bone) < rig.Depth(top)) top = bone;
            }
            if (best != null) return rig.IndexOf(best.Bone);
            return RowsOfTurns.IsUpper(joint) ? top : -1; // only these may be in parts from their head on
        }

        /// <summary>Joints that no bone stands for, though a body needs them.</summary>
        public List<string> Lacking()
        {
            var found = new List<string>();
            foreach (var joint in Needed)
                if (!Drives.Exists(drive => drive.Joint == joint)) found.Add(Smpl22.Names[joint]);
            return found;
        }

        /// <summary>What is wrong with it on this rig, one line each; empty: it will do.</summary>
        public List<string> Problems(Rig rig)
        {
            var found = new List<string>();
            foreach (var drive in Drives)
                if (rig.IndexOf(drive.Bone) < 0)
                    found.Add("the rig has no bone \"" + drive.Bone + "\", which the map ties to " +
                              Smpl22.Names[drive.Joint]);
            if (Root != null && rig.IndexOf(Root) < 0)
                found.Add("the rig has no bone \"" + Root + "\", the map's root");
            foreach (var joint in Needed)
                if (BoneOf(joint, rig) < 0) found.Add("no bone stands for " + Smpl22.Names[joint]);
            CheckDoubles(found);
            if (found.Count == 0) CheckHierarchy(rig, found);
            return found;
        }

        private void CheckDoubles(List<string> found)
        {
            for (var joint = 0; joint < Smpl22.JointCount; joint++)
            {
                var own = joint;
                var whole = Drives.FindAll(drive => drive.Joint == own && drive.Share >= 1 && !drive.Twist);
                if (whole.Count > 1)
                    found.Add(Smpl22.Names[joint] + " has more than one bone: " +
                              string.Join(", ", whole.ConvertAll(drive => drive.Bone)));
            }
        }

        /// <summary>Every joint's bone must hang below that of the nearest joint above it.</summary>
        private void CheckHierarchy(Rig rig, List<string> found)
        {
            for (var joint = 1; joint < Smpl22.JointCount; joint++)
            {
                var bone = BoneOf(joint, rig);
                var above = Smpl22.Parents[joint];
                while (above >= 0 && BoneOf(above, rig) < 0) above = Smpl22.Parents[above];
                if (bone >= 0 && above >= 0 && !rig.IsAbove(BoneOf(above, rig), bone))
                    found.Add(Smpl22.Names[joint] + " \"" + rig.Names[bone] + "\" does not hang below " +
                              Smpl22.Names[above] + " \"" + rig.Names[BoneOf(above, rig)] + "\"");
            }
            if (Root != null && !rig.IsAbove(rig.IndexOf(Root), BoneOf(0, rig)))
                found.Add("the pelvis does not hang below the root \"" + Root + "\"");
        }
    }
}
