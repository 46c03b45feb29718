using System.Collections.Generic;

namespace UnityEditor
{
    public static class EditorPrefs
    {
        private static readonly Dictionary<string, string> Kept = new Dictionary<string, string>();

        public static string GetString(string name, string otherwise)
        {
            string found;
            return Kept.TryGetValue(name, out found) ? found : otherwise;
        }

        public static void SetString(string name, string value) { Kept[name] = value; }
    }

    public static class AssetDatabase
    {
        public static Dictionary<UnityEngine.Object, string> Paths { get; } = new Dictionary<UnityEngine.Object, string>();

        public static string GetAssetPath(UnityEngine.Object one)
        {
            string found;
            return Paths.TryGetValue(one, out found) ? found : "";
        }
    }

    public class AssetImporter
    {
        public static Dictionary<string, AssetImporter> All { get; } = new Dictionary<string, AssetImporter>();

        public int Imports { get; private set; }

        public static AssetImporter GetAtPath(string path)
        {
            AssetImporter found;
            return All.TryGetValue(path, out found) ? found : null;
        }

        public void SaveAndReimport() { Imports++; }
    }

    public enum ModelImporterAnimationType
    {
        None, Legacy, Generic, Human,
    }

    public enum ModelImporterAvatarSetup
    {
        NoAvatar, CreateFromThisModel, CopyFromOther,
    }

    public sealed class ModelImporter : AssetImporter
    {
        public ModelImporterAnimationType animationType { get; set; }

        public ModelImporterAvatarSetup avatarSetup { get; set; }
    }
}
