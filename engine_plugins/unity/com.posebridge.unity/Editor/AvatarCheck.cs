using System.Collections.Generic;
using PoseBridge.Core;
using UnityEditor;
using UnityEngine;

namespace PoseBridge.Editing
{
    /// <summary>What is wrong with an avatar's set-up.</summary>
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
            if (avatar.Animator == null && avatar.Bones.Count == 0) AddNoBody(avatar, found);
            else if (avatar.Animator != null && !avatar.Animator.isHuman)
                found.Add(new AvatarFault("The Animator's model is no Humanoid: set Rig > Animation Type to Humanoid " +
                                          "in its import settings, or leave Animator empty and list the bones.", true));
            else AddBody(avatar, found);
            if (avatar.Animator != null && avatar.Animator.applyRootMotion) found.Add(RootMotion(avatar.Animator));
            return found;
        }

        private static void AddNoBody(PoseBridgeAvatar avatar, List<AvatarFault> found)
        {
            var animator = avatar.GetComponent<Animator>();
            if (animator == null)
                found.Add(new AvatarFault("There is no Animator: assign a Humanoid's, or list the bones.", true));
            else
                found.Add(new AvatarFault("No Animator is assigned.", true, "Take this object's", () =>
                {
                    Undo.RecordObject(avatar, "Assign Animator");
                    avatar.Animator = animator;
                    EditorUtility.SetDirty(avatar);
                }));
        }

        private static void AddBody(PoseBridgeAvatar avatar, List<AvatarFault> found)
        {
            try
            {
                avatar.MakeBody();
            }
            catch (RigException error)
            {
                found.Add(new AvatarFault(error.Message, true));
                return;
            }
            var model = avatar.Animator == null ? null : avatar.Animator.avatar;
            var skeleton = model == null ? null : model.humanDescription.skeleton;
            if (avatar.Animator != null && (skeleton == null || skeleton.Length == 0))
                found.Add(new AvatarFault("The Humanoid tells no T-pose: the pose it stands in when it is enabled is " +
                                          "taken for its rest.", false));
        }

        private static AvatarFault RootMotion(Animator animator)
        {
            const string text = "The Animator applies root motion, which moves the avatar away from its wearer.";
            return new AvatarFault(text, false, "Turn it off", () =>
            {
                Undo.RecordObject(animator, "Turn root motion off");
                animator.applyRootMotion = false;
                EditorUtility.SetDirty(animator);
            });
        }
    }
}
