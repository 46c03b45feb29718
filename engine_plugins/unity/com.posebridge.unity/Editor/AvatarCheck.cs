using System;
using System.Collections.Generic;
using PoseBridge.Core;
using UnityEditor;
using UnityEngine;

namespace PoseBridge.Editing
{
    /// <summary>What is wrong with an avatar's set-up, and what puts it right.</summary>
    public static class AvatarCheck
    {
        /// <summary>Empty: it will move once there is a daemon.</summary>
        public static List<AvatarFault> Find(PoseBridgeAvatar avatar)
        {
            var found = new List<AvatarFault>();
            if (avatar.Connection == null)
                found.Add(new AvatarFault("Assign a connection: Assets > Create > PoseBridge > Connection makes one.",
                                          true));
            if (avatar.Trackers == null) found.Add(new AvatarFault("Assign the trackers.", true));
            else if (avatar.Trackers.Count == 0)
                found.Add(new AvatarFault("The trackers' transforms are not set.", true));
            var own = avatar.GetComponent<Animator>();
            if (avatar.Animator == null && avatar.Bones.Count == 0 && own != null) found.Add(NoAnimator(avatar, own));
            else if (avatar.Animator != null && !avatar.Animator.isHuman) found.Add(NoHumanoid(avatar));
            else AddBody(avatar, found);
            if (avatar.Animator != null && avatar.Animator.applyRootMotion) found.Add(RootMotion(avatar.Animator));
            return found;
        }

        private static AvatarFault NoAnimator(PoseBridgeAvatar avatar, Animator own)
        {
            return new AvatarFault("No Animator is assigned.", true, "Take this object's",
                                   Change(avatar, "Assign Animator", () => avatar.Animator = own));
        }

        private static AvatarFault NoHumanoid(PoseBridgeAvatar avatar)
        {
            const string text = "The Animator's model is no Humanoid: set Rig > Animation Type to Humanoid in its " +
                                "import settings, or leave Animator empty and list the bones.";
            var importer = ModelFix.Of(avatar.Animator);
            if (importer != null)
                return new AvatarFault(text, true, "Make it a Humanoid", () => ModelFix.MakeHumanoid(importer));
            try
            {
                var bones = new RigReader(avatar.Animator.transform, null).MatchNames();
                return new AvatarFault(text, true, "Take its bones by their names",
                                       Change(avatar, "List bones", () =>
                                       {
                                           avatar.Animator = null;
                                           avatar.Bones = bones;
                                       }));
            }
            catch (RigException error)
            {
                return new AvatarFault(text + " (" + error.Message + ")", true);
            }
        }

        private static void AddBody(PoseBridgeAvatar avatar, List<AvatarFault> found)
        {
            var root = avatar.Animator == null ? avatar.transform : avatar.Animator.transform;
            if (!RigReader.IsEven(root.lossyScale))
            {
                found.Add(Scale(root));
                return;
            }
            try
            {
                avatar.MakeBody();
            }
            catch (Exception error) when (error is RigException || error is CalibrationException)
            {
                var isBare = avatar.Animator == null && avatar.Bones.Count == 0;
                const string bare = "There is no Animator: assign a Humanoid's, or list the bones. ";
                found.Add(new AvatarFault((isBare ? bare : "") + error.Message, true));
                return;
            }
            var model = avatar.Animator == null ? null : avatar.Animator.avatar;
            var skeleton = model == null ? null : model.humanDescription.skeleton;
            if (avatar.Animator != null && (skeleton == null || skeleton.Length == 0)) found.Add(NoTPose(avatar));
        }

        private static AvatarFault Scale(Transform root)
        {
            const string text = "It is scaled unlike along its axes, or mirrored: no rotation can serve that.";
            var own = root.localScale;
            var above = root.parent == null ? Vector3.one : root.parent.lossyScale;
            if (!RigReader.IsEven(above)) return new AvatarFault(text + " An object above it is.", true);
            return new AvatarFault(text, true, "Scale it evenly", Change(root, "Scale evenly", () =>
            {
                var size = Math.Abs(own.y);
                root.localScale = new Vector3(size, size, size);
            }));
        }

        private static AvatarFault NoTPose(PoseBridgeAvatar avatar)
        {
            const string text = "The Humanoid tells no T-pose: the pose it stands in when it is enabled is taken for " +
                                "its rest.";
            var importer = ModelFix.Of(avatar.Animator);
            if (importer == null) return new AvatarFault(text, false);
            return new AvatarFault(text, false, "Read it from the model", () => ModelFix.MakeHumanoid(importer));
        }

        private static AvatarFault RootMotion(Animator animator)
        {
            const string text = "The Animator applies root motion, which moves the avatar away from its wearer.";
            return new AvatarFault(text, false, "Turn it off",
                                   Change(animator, "Turn root motion off", () => animator.applyRootMotion = false));
        }

        /// <summary>As a step that can be undone.</summary>
        private static Action Change(UnityEngine.Object what, string name, Action change)
        {
            return () =>
            {
                Undo.RecordObject(what, name);
                change();
                EditorUtility.SetDirty(what);
            };
        }
    }
}
