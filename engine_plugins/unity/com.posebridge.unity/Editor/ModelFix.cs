using UnityEditor;
using UnityEngine;

namespace PoseBridge.Editing
{
    /// <summary>Import settings of the model that an Animator's avatar is of.</summary>
    public static class ModelFix
    {
        /// <summary>Null where it does not come from a model file.</summary>
        public static ModelImporter Of(Animator animator)
        {
            if (animator.avatar == null) return null;
            return AssetImporter.GetAtPath(AssetDatabase.GetAssetPath(animator.avatar)) as ModelImporter;
        }

        /// <summary>A Humanoid whose T-pose is read from the model itself.</summary>
        public static void MakeHumanoid(ModelImporter importer)
        {
            importer.animationType = ModelImporterAnimationType.Human;
            importer.avatarSetup = ModelImporterAvatarSetup.CreateFromThisModel;
            importer.SaveAndReimport();
        }
    }
}
