using System.Collections.Generic;
using PoseBridge.Core;
using UnityEngine;

namespace PoseBridge
{
    /// <summary>An avatar's transforms under solved poses: what <see cref="PoseBridgeAvatar"/> calls. Made once;
    /// applying a pose allocates nothing.</summary>
    public sealed class AvatarBody
    {
        private readonly Transform _root;
        private readonly Transform[] _bones;
        private readonly Quaternion[] _restRotations;
        private readonly Vector3 _restPosition;
        private readonly int _pelvis;
        private readonly Quat _frame; // the character's own axes in the root's

        /// <param name="bones">What turns which bone.</param>
        /// <param name="heightM">Of the person, from the floor to the top of the head; 0: as tall as the
        /// avatar.</param> <param name="wearer">The person, where they are known; else null.</param>
        /// <exception cref="RigException">The bones do not make a body; the message says what is
        /// wrong.</exception>
        public AvatarBody(Transform root, Avatar avatar, IEnumerable<AvatarBone> bones, double heightM,
                          Wearer wearer = null)
        {
            var reader = new RigReader(root, avatar);
            var map = reader.Map(bones);
            Wearer = wearer ?? Wearer.Of(BodyMeasure.Offsets(reader.Rig, map, heightM));
            Retargeter = new Retargeter(new RetargetPlan(reader.Rig, map, OffsetsM, false), new RetargetOptions());
            _root = root;
            _bones = System.Array.ConvertAll(Retargeter.Plan.Bones, reader.Bone);
            _restRotations = System.Array.ConvertAll(_bones, bone => bone.localRotation);
            _pelvis = Retargeter.Plan.Main[0];
            _restPosition = _bones[_pelvis].localPosition;
            _frame = reader.Rig.ObjectTurn.Inverse * Retargeter.Plan.Character.Turn;
        }

        /// <summary>The person to solve for.</summary>
        public Wearer Wearer { get; }

        /// <summary>Their bones.</summary>
        public Vec3[] OffsetsM
        {
            get { return Wearer.OffsetsM; }
        }

        public Retargeter Retargeter { get; }

        public int Count
        {
            get { return _bones.Length; }
        }

        public Transform Bone(int row)
        {
            return _bones[row];
        }

        /// <summary>The driven bone above it; null where there is none.</summary>
        public Transform Above(int row)
        {
            var above = Retargeter.Plan.Above[row];
            return above < 0 ? null : _bones[above];
        }

        /// <summary>Writes a pose to the transforms.</summary>
        /// <param name="weight">0: the transforms stay as they are; 1: the pose alone.</param>
        /// <param name="animated">Whether something else poses the avatar each frame; else what is not of the pose is
        /// the rest.</param>
        public void Apply(PoseSample pose, float weight, bool animated)
        {
            Retargeter.Apply(pose.RootM, pose.Local, pose.TimeS);
            for (var row = 0; row < _bones.Length; row++)
            {
                var before = animated ? _bones[row].localRotation : _restRotations[row];
                var solved = Axes.ToUnity(Retargeter.LocalRotations[row]);
                _bones[row].localRotation = weight >= 1 ? solved : Quaternion.Slerp(before, solved, weight);
            }
            var pelvis = _bones[_pelvis];
            if (!animated) pelvis.localPosition = _restPosition;
            var place = _root.position + _root.rotation * Axes.ToUnity(_frame * Retargeter.PelvisM);
            pelvis.position = Vector3.Lerp(pelvis.position, place, weight);
        }

        /// <summary>As before the first pose.</summary>
        public void Rest()
        {
            for (var row = 0; row < _bones.Length; row++) _bones[row].localRotation = _restRotations[row];
            _bones[_pelvis].localPosition = _restPosition;
        }
    }
}
