using System.ComponentModel;
using System.Diagnostics;
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
            try
            {
                using (Process.Start(new ProcessStartInfo("posebridge", "serve") { UseShellExecute = false })) { }
            }
            catch (Win32Exception)
            {
                Tell("There is no command `posebridge` here. Install it with pip and start the editor from a " +
                     "terminal in which it is found, or start `posebridge serve` there.");
            }
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
