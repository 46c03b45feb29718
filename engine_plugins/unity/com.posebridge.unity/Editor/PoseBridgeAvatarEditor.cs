using System.Globalization;
using PoseBridge.Core;
using UnityEditor;
using UnityEngine;

namespace PoseBridge.Editing
{
    /// <summary>The avatar's inspector: what is wrong, with a button where it can be put right; and how it
    /// goes.</summary>
    [CustomEditor(typeof(PoseBridgeAvatar))]
    public sealed class PoseBridgeAvatarEditor : Editor
    {
        private readonly CalibrateButtons _calibrate = new CalibrateButtons();

        public override void OnInspectorGUI()
        {
            DrawDefaultInspector();
            var avatar = (PoseBridgeAvatar)target;
            if (!EditorApplication.isPlaying || avatar.Link == null) ShowFaults(avatar);
            else
            {
                ShowLive(avatar);
                _calibrate.Show(avatar);
            }
        }

        public override bool RequiresConstantRepaint()
        {
            return EditorApplication.isPlaying;
        }

        private static void ShowFaults(PoseBridgeAvatar avatar)
        {
            foreach (var fault in AvatarCheck.Find(avatar))
            {
                EditorGUILayout.HelpBox(fault.Text, fault.IsFatal ? MessageType.Error : MessageType.Warning);
                if (fault.Fix != null && GUILayout.Button(fault.FixLabel)) fault.Fix();
            }
        }

        private static void ShowLive(PoseBridgeAvatar avatar)
        {
            var link = avatar.Link;
            if (link != null)
            {
                EditorGUILayout.LabelField("Poses", link.State.ToString());
                EditorGUILayout.LabelField("Rate", Number(link.PosesHz, "f0", "Hz"));
                EditorGUILayout.LabelField("Latency", Number(1e3 * link.Buffer.LatencyS, "f1", "ms"));
                EditorGUILayout.LabelField("Shown after", Number(1e3 * link.Buffer.DelayS, "f0", "ms"));
                var ageS = MonotonicClock.NowS - link.Buffer.NewestReceivedS;
                EditorGUILayout.LabelField("Last pose", Number(1e3 * ageS, "f0", "ms ago"));
            }
            if (avatar.Problem != null) EditorGUILayout.HelpBox(avatar.Problem, MessageType.Warning);
        }

        private static string Number(double value, string format, string unit)
        {
            if (double.IsNaN(value) || double.IsInfinity(value)) return "-";
            return value.ToString(format, CultureInfo.InvariantCulture) + " " + unit;
        }

        [DrawGizmo(GizmoType.Selected | GizmoType.Active)]
        private static void DrawSkeleton(PoseBridgeAvatar avatar, GizmoType type)
        {
            if (avatar.Body == null) return;
            Gizmos.color = Color.cyan;
            for (var row = 0; row < avatar.Body.Count; row++)
            {
                var above = avatar.Body.Above(row);
                if (above != null) Gizmos.DrawLine(above.position, avatar.Body.Bone(row).position);
            }
        }
    }
}
