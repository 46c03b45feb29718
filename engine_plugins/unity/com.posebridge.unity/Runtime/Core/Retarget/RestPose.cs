using System;

namespace PoseBridge.Core
{
    /// <summary>Any rest pose brought to the T-pose by calculation alone: the rig itself is not touched. Arms and
    /// legs are aimed along the solved body's T-pose directions by the shortest turn, which keeps the bones' twist;
    /// what hangs on a bone turns with it. Feet keep their soles as they rest and turn only about the vertical.
    /// Spine, neck, head and collars stay: how they lean is the character's own build.</summary>
    internal sealed class RestPose
    {
        private const double FlatM = 0.01; // of a foot seen from above: less says nothing about where it points
        private const double SplayRad = Math.PI / 3; // a foot turned farther from the body's own is a heel's direction

        private readonly Rig _rig;
        private readonly Character _character;
        private readonly Vec3[] _offsetsM;
        private readonly int[] _above, _joint;
        private readonly Quat?[] _turns;

        private RestPose(Rig rig, BoneMap map, Character character, Vec3[] offsetsM)
        {
            _rig = rig;
            _character = character;
            _offsetsM = offsetsM;
            _turns = new Quat?[rig.Count];
            _above = (int[])rig.Parents.Clone();
            _joint = new int[rig.Count];
            for (var bone = 0; bone < rig.Count; bone++) _joint[bone] = Array.IndexOf(character.Bones, bone);
            foreach (var drive in map.Drives) // a twist bone beside its limb turns as the bone it lies along
            {
                int bone = rig.IndexOf(drive.Bone), limb = character.Bones[drive.Joint];
                if (drive.Twist && bone != limb && !rig.IsAbove(bone, limb)) _above[bone] = limb;
            }
        }

        /// <summary>The turn, in the character's frame, of each bone from its rest to the T-pose.</summary>
        public static Quat[] TurnsToTPose(Rig rig, BoneMap map, Character character, Vec3[] offsetsM)
        {
            var pose = new RestPose(rig, map, character, offsetsM);
            var turns = new Quat[rig.Count];
            for (var bone = 0; bone < turns.Length; bone++) turns[bone] = pose.Turn(bone);
            return turns;
        }

        private Quat Turn(int bone)
        {
            if (_turns[bone].HasValue) return _turns[bone].Value;
            var turn = _above[bone] >= 0 ? Turn(_above[bone]) : Quat.Identity;
            var joint = _joint[bone];
            if (joint >= 0 && Array.IndexOf(RowsOfTurns.Twistable, joint) >= 0) turn = Aimed(joint, turn);
            else if (joint == 7 || joint == 8) turn = Levelled(joint);
            _turns[bone] = turn;
            return turn;
        }

        private Quat Aimed(int joint, Quat carried)
        {
            var end = RowsOfTurns.EndOf(joint);
            var rest = _character.Joint(end) - _character.Joint(joint);
            return Quat.Between(carried * rest, _offsetsM[end]) * carried;
        }

        /// <summary>Turned about the vertical until the foot points where the solved body's does.</summary>
        private Quat Levelled(int ankle)
        {
            Vec3 rest = AlongFoot(ankle), wanted = _offsetsM[ankle + 3];
            var turn = Math.Atan2(wanted.X, wanted.Z) - Math.Atan2(rest.X, rest.Z);
            var flat = Math.Sqrt(rest.X * rest.X + rest.Z * rest.Z);
            return flat > FlatM && Math.Abs(turn) < SplayRad ? Quat.About(Vec3.Up, turn) : Quat.Identity;
        }

        /// <summary>From the ankle to the toes; without these to the child that is farthest ahead, without any to the
        /// tail.</summary>
        private Vec3 AlongFoot(int ankle)
        {
            var foot = _character.Bones[ankle];
            if (_character.Has(ankle + 3)) return _character.Joint(ankle + 3) - _character.HeadsM[foot];
            var end = new Vec3(0, 0, double.NegativeInfinity);
            for (var bone = 0; bone < _rig.Count; bone++)
                if (_rig.Parents[bone] == foot && _character.HeadsM[bone].Z > end.Z) end = _character.HeadsM[bone];
            if (double.IsInfinity(end.Z)) end = _character.TailsM[foot];
            return end - _character.HeadsM[foot];
        }
    }
}
