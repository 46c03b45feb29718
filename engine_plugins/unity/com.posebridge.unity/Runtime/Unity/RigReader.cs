using System;
using System.Collections.Generic;
using System.Globalization;
using PoseBridge.Core;
using UnityEngine;

namespace PoseBridge
{
    /// <summary>A hierarchy of transforms at rest, as the core knows rigs. Where a Humanoid says how its bones lie in
    /// the T-pose, that is the rest; else it is as the transforms are now.</summary>
    public sealed class RigReader
    {
        private const float Uneven = 1e-3f; // how much the scales along the axes may differ

        private readonly List<Transform> _bones = new List<Transform>();
        private readonly List<int> _parents = new List<int>();
        private readonly List<Vec3> _heads = new List<Vec3>();
        private readonly List<Quat> _rest = new List<Quat>();
        private readonly Dictionary<string, SkeletonBone> _tPose = new Dictionary<string, SkeletonBone>();

        /// <param name="avatar">Null: it is no Humanoid.</param> <exception cref="RigException">It is scaled in a way
        /// no rotation can serve.</exception>
        public RigReader(Transform root, Avatar avatar)
        {
            var scale = root.lossyScale;
            if (!IsEven(scale))
                throw new RigException("\"" + root.name + "\" is scaled " + scale + ": it must be alike along all " +
                                       "axes, and not mirrored");
            if (avatar != null && avatar.isHuman && avatar.humanDescription.skeleton != null)
                foreach (var bone in avatar.humanDescription.skeleton) _tPose[bone.name] = bone;
            for (var child = 0; child < root.childCount; child++)
                Read(root.GetChild(child), -1, Vector3.zero, Quaternion.identity, Vector3.one);
            Rig = new Rig(_bones.ConvertAll(NameOf).ToArray(), _parents.ToArray(), _heads.ToArray(), _rest.ToArray(),
                          _heads.ToArray(), Axes.ToProject(root.rotation), scale.x, Axes.ToProject(root.position));
        }

        public Rig Rig { get; }

        /// <summary>Whether a rotation can serve what is scaled so.</summary>
        public static bool IsEven(Vector3 scale)
        {
            float y = scale.y / scale.x, z = scale.z / scale.x;
            return scale.x > 0 && Math.Abs(y - 1) <= Uneven && Math.Abs(z - 1) <= Uneven;
        }

        public Transform Bone(int index)
        {
            return _bones[index];
        }

        /// <summary>Which bone is turned by which joint; RigException for one that is not below the root.</summary>
        public BoneMap Map(IEnumerable<AvatarBone> bones)
        {
            var drives = new List<Drive>();
            foreach (var one in bones)
            {
                if (one.bone == null) throw new RigException("the bone of " + one.joint + " is not set");
                if (!_bones.Contains(one.bone))
                    throw new RigException("the bone \"" + one.bone.name + "\" of " + one.joint +
                                           " is not below the avatar");
                drives.Add(new Drive(NameOf(one.bone), one.joint, one.share, one.twist));
            }
            return new BoneMap(drives);
        }

        /// <summary>Its bones by their names, as one of the families of rigs that are known; RigException where it is
        /// of none.</summary>
        public List<AvatarBone> MatchNames()
        {
            var found = new List<AvatarBone>();
            foreach (var drive in BoneMatch.Find(Rig, _bones.ConvertAll(bone => bone.name)).Drives)
                found.Add(new AvatarBone(_bones[Rig.IndexOf(drive.Bone)], Smpl22.Names[drive.Joint],
                                         (float)drive.Share, drive.Twist));
            return found;
        }

        /// <summary>Names need not differ in Unity, but must in a rig.</summary>
        private string NameOf(Transform bone)
        {
            return bone.name + " (" + _bones.IndexOf(bone).ToString(CultureInfo.InvariantCulture) + ")";
        }

        /// <summary>The bone and all below it; place, turn and scale of its parent in the root's space.</summary>
        private void Read(Transform bone, int parent, Vector3 place, Quaternion turn, Vector3 scale)
        {
            SkeletonBone tPose;
            var known = _tPose.TryGetValue(bone.name, out tPose);
            place = place + turn * Vector3.Scale(scale, known ? tPose.position : bone.localPosition);
            turn = turn * (known ? tPose.rotation : bone.localRotation);
            scale = Vector3.Scale(scale, known ? tPose.scale : bone.localScale);
            var index = _bones.Count;
            _bones.Add(bone);
            _parents.Add(parent);
            _heads.Add(Axes.ToProject(place));
            _rest.Add(Axes.ToProject(turn));
            for (var child = 0; child < bone.childCount; child++) Read(bone.GetChild(child), index, place, turn, scale);
        }
    }
}
