using System;
using System.IO;
using PoseBridge.Core;
using UnityEngine;

namespace PoseBridge
{
    /// <summary>Calibrations by the name of who wears the trackers, as files that outlive the game.</summary>
    public static class KeptWearers
    {
        /// <summary>Letters, digits, spaces, and - and _ of the name.</summary>
        public static string File(string name)
        {
            var safe = new string(Array.FindAll(name.ToCharArray(), letter => char.IsLetterOrDigit(letter) ||
                                                                              " -_".IndexOf(letter) >= 0));
            return Path.Combine(Application.persistentDataPath, "PoseBridge", safe.Trim() + ".json");
        }

        /// <summary>Whom an avatar is told to be worn by: the one that is kept, else the assigned; else null.
        /// </summary>
        public static Wearer Of(AvatarSettings settings)
        {
            var kept = Find(settings.wearer);
            if (kept != null || settings.calibration == null) return kept;
            return Wearer.Read(settings.calibration.text);
        }

        /// <summary>Null where none is kept. CalibrationException for a file that is none.</summary>
        public static Wearer Find(string name)
        {
            var file = string.IsNullOrEmpty(name) ? null : File(name);
            return file == null || !System.IO.File.Exists(file) ? null : Wearer.Read(System.IO.File.ReadAllText(file));
        }

        /// <summary>Nothing without a name.</summary>
        public static void Keep(string name, Wearer wearer)
        {
            if (string.IsNullOrEmpty(name)) return;
            Directory.CreateDirectory(Path.GetDirectoryName(File(name)));
            System.IO.File.WriteAllText(File(name), wearer.ToJson());
        }

        public static void Forget(string name)
        {
            if (!string.IsNullOrEmpty(name)) System.IO.File.Delete(File(name));
        }
    }
}
