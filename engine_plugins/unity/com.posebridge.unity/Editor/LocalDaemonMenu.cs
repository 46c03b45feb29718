using PoseBridge.Core;
using UnityEditor;

namespace PoseBridge.Editing
{
    /// <summary>Tools > PoseBridge > Start the daemon: `posebridge serve` as a process of its own, which outlives the
    /// editor.</summary>
    public static class LocalDaemonMenu
    {
        private const string Title = "PoseBridge";

        [MenuItem("Tools/PoseBridge/Start the daemon")]
        private static void Start()
        {
            if (IsThere())
            {
                Tell("A daemon has left its connection file: it runs, or it ended without notice. `posebridge " +
                     "status` says which.");
                return;
            }
            var process = PosebridgeCommand.Start("serve", false);
            if (process == null) Tell(PosebridgeCommand.Missing);
            else process.Dispose();
        }

        private static void Tell(string text)
        {
            EditorUtility.DisplayDialog(Title, text, "OK");
        }

        private static bool IsThere()
        {
            try
            {
                return ConnectionFile.Find() != null;
            }
            catch (DaemonException)
            {
                return false;
            }
        }
    }
}
