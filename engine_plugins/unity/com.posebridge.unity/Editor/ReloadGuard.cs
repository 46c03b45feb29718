using UnityEditor;
using UnityEngine;

namespace PoseBridge.Editing
{
    /// <summary>Closes every connection before scripts are loaded anew and when play mode ends, whatever the scene
    /// forgets: no thread outlives the code it runs.</summary>
    public static class ReloadGuard
    {
        [InitializeOnLoadMethod]
        private static void Watch()
        {
            AssemblyReloadEvents.beforeAssemblyReload += ShutAll;
            EditorApplication.quitting += ShutAll;
            EditorApplication.playModeStateChanged += change =>
            {
                if (change == PlayModeStateChange.EnteredEditMode) ShutAll();
            };
        }

        private static void ShutAll()
        {
            foreach (var connection in Resources.FindObjectsOfTypeAll<PoseBridgeConnection>()) connection.Shut();
        }
    }
}
