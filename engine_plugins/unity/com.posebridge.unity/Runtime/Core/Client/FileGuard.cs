using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace PoseBridge.Core
{
    /// <summary>Whether others than its owner could have read or written a file. Linux tells; elsewhere the folder is
    /// the user's own and nothing is asked.</summary>
    public static class FileGuard
    {
        private const int AtWorkingFolder = -100, SizeOfAnswer = 256, OwnerAt = 20, ModeAt = 28; // as Linux has statx
        private const uint Basics = 0x7ff;
        private const int Others = 0x3f; // of a mode: group and everybody

        /// <summary>In one sentence; null where nothing is wrong or this machine does not tell.</summary>
        public static string Problem(string path)
        {
            var answer = new byte[SizeOfAnswer];
            var user = User();
            if (user == null || !Ask(path, answer)) return null;
            var mode = BitConverter.ToUInt16(answer, ModeAt) & 0x1ff;
            var isOurs = BitConverter.ToUInt32(answer, OwnerAt).ToString() == user;
            if (isOurs && (mode & Others) == 0) return null;
            return path + " is open to others (mode " + Convert.ToString(mode, 8) + (isOurs ? "" : ", not ours") +
                   "); its mode must be 600";
        }

        /// <summary>The number of this user on Linux; null elsewhere.</summary>
        public static string User()
        {
            const string status = "/proc/self/status";
            if (!File.Exists(status)) return null;
            foreach (var line in File.ReadAllLines(status))
                if (line.StartsWith("Uid:", StringComparison.Ordinal)) return line.Split('\t', ' ')[1];
            return null;
        }

        private static bool Ask(string path, byte[] answer)
        {
            try
            {
                return statx(AtWorkingFolder, Encoding.UTF8.GetBytes(path + "\0"), 0, Basics, answer) == 0;
            }
            catch (EntryPointNotFoundException)
            {
                return false;
            }
            catch (DllNotFoundException)
            {
                return false;
            }
        }

        [DllImport("libc")]
        private static extern int statx(int folder, byte[] path, int flags, uint mask, byte[] answer);
    }
}
