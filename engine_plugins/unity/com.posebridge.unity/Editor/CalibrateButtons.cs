using PoseBridge.Core;
using UnityEditor;
using UnityEngine;

namespace PoseBridge.Editing
{
    /// <summary>In an avatar's inspector while it plays: who wears the trackers is found out.</summary>
    public sealed class CalibrateButtons
    {
        private PoseBridgeAvatar _avatar;
        private CalibrateCommand _command;
        private string _told;

        public void Show(PoseBridgeAvatar avatar)
        {
            var standing = avatar.Link == null ? null : avatar.Link.Standing;
            if (standing != null)
                EditorGUILayout.LabelField("Stand upright and still", standing.HeldS.ToString("f1") + " of 2 s");
            else if (_command != null) EditorGUILayout.LabelField("Calibrating", "...");
            else if (avatar.Link != null)
            {
                if (GUILayout.Button("Measure height")) avatar.Calibrate();
                if (GUILayout.Button("Calibrate bones and mounts")) Begin(avatar);
            }
            if (_told != null) EditorGUILayout.HelpBox(_told, MessageType.Info);
            Advance();
        }

        private void Begin(PoseBridgeAvatar avatar)
        {
            _told = null;
            _avatar = avatar;
            avatar.Events.StoodStill += Think;
            avatar.Calibrate();
        }

        private void Think(StandingStill standing)
        {
            _avatar.Events.StoodStill -= Think;
            _command = new CalibrateCommand(standing, BodyMeasure.Height(_avatar.Body.OffsetsM));
        }

        private void Advance()
        {
            if (_command == null || !_command.Poll()) return;
            _told = _command.Problem ?? "Calibrated.";
            if (_command.Answer != null) _avatar.Wear(_command.Answer);
            _command = null;
        }
    }
}
