using System;
using System.Collections.Generic;

namespace UnityEngine
{
    public struct Color
    {
        public static Color cyan { get { return new Color(); } }
    }

    public static class Gizmos
    {
        public static Color color { get; set; }

        public static int Lines { get; set; }

        public static void DrawLine(Vector3 start, Vector3 end) { Lines++; }
    }

    public static class GUILayout
    {
        /// <summary>What a test has pressed.</summary>
        public static string Pressed { get; set; }

        public static bool Button(string label) { return label == Pressed; }
    }

    public static class Resources
    {
        public static List<Object> All { get; } = new List<Object>();

        public static T[] FindObjectsOfTypeAll<T>() where T : Object
        {
            return All.FindAll(one => one is T).ConvertAll(one => (T)one).ToArray();
        }
    }
}

namespace UnityEditor
{
    public class Editor
    {
        public UnityEngine.Object target { get; set; }

        public void DrawDefaultInspector() { }

        public virtual void OnInspectorGUI() { }

        public virtual bool RequiresConstantRepaint() { return false; }
    }

    public sealed class CustomEditor : Attribute
    {
        public CustomEditor(Type type) { }
    }

    public sealed class DrawGizmo : Attribute
    {
        public DrawGizmo(GizmoType type) { }
    }

    public sealed class MenuItem : Attribute
    {
        public MenuItem(string path) { }
    }

    public sealed class InitializeOnLoadMethod : Attribute
    {
    }

    [Flags]
    public enum GizmoType
    {
        Selected = 4, Active = 8,
    }

    public enum MessageType
    {
        None, Info, Warning, Error,
    }

    public enum PlayModeStateChange
    {
        EnteredEditMode, ExitingEditMode, EnteredPlayMode, ExitingPlayMode,
    }

    public static class EditorGUILayout
    {
        public static List<string> Shown { get; } = new List<string>();

        public static void HelpBox(string text, MessageType type) { Shown.Add(type + ": " + text); }

        public static void LabelField(string name, string value) { Shown.Add(name + ": " + value); }
    }

    public static class EditorApplication
    {
        public static event Action quitting;

        public static event Action<PlayModeStateChange> playModeStateChanged;

        public static bool isPlaying { get; set; }

        public static void Change(PlayModeStateChange to) { playModeStateChanged(to); }

        public static void Quit() { quitting(); }
    }

    public static class AssemblyReloadEvents
    {
        public static event Action beforeAssemblyReload;

        public static void Reload() { beforeAssemblyReload(); }
    }

    public static class Undo
    {
        public static void RecordObject(UnityEngine.Object what, string name) { }
    }

    public static class EditorUtility
    {
        public static void SetDirty(UnityEngine.Object what) { }

        public static string OpenFilePanel(string title, string folder, string extension) { return ""; }

        public static bool DisplayDialog(string title, string text, string ok) { return true; }
    }
}
