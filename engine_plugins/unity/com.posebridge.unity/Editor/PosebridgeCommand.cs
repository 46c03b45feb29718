using System.ComponentModel;
using System.Diagnostics;
using UnityEditor;

namespace PoseBridge.Editing
{
    /// <summary>The `posebridge` command of this machine, which the editor starts for the user.</summary>
    public static class PosebridgeCommand
    {
        private const string Kept = "PoseBridge.Command", Plain = "posebridge";

        /// <summary>A path, or the name by which it is found.</summary>
        public static string Path
        {
            get { return EditorPrefs.GetString(Kept, Plain); }
            set { EditorPrefs.SetString(Kept, string.IsNullOrEmpty(value) ? Plain : value); }
        }

        /// <summary>Null where there is no such command; the caller then says <see cref="Missing"/>.</summary>
        public static Process Start(string arguments, bool listen)
        {
            try
            {
                return Process.Start(new ProcessStartInfo(Path, arguments)
                {
                    UseShellExecute = false, CreateNoWindow = true, RedirectStandardError = listen,
                    RedirectStandardOutput = listen,
                });
            }
            catch (Win32Exception)
            {
                return null;
            }
        }

        public static string Missing
        {
            get
            {
                return "There is no command \"" + Path + "\" here. Install it with pip, then name it in Tools > " +
                       "PoseBridge > Choose the command, or start the editor from a terminal in which it is found.";
            }
        }

        [MenuItem("Tools/PoseBridge/Choose the command")]
        private static void Choose()
        {
            var chosen = EditorUtility.OpenFilePanel("The posebridge command", "", "");
            if (chosen.Length > 0) Path = chosen;
        }
    }
}
