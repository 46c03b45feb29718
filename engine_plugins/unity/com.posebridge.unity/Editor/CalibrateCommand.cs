using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using PoseBridge.Core;

namespace PoseBridge.Editing
{
    /// <summary>`posebridge calibrate` on what somebody's trackers read while they stood still: bones and mounts. It
    /// runs beside the editor; <see cref="Poll"/> says when it is done.</summary>
    public sealed class CalibrateCommand
    {
        private const string MountCm = "2"; // how far devices may sit from where they are said to: nobody measured

        private readonly string _folder;
        private readonly Process _process;
        private readonly List<string> _said = new List<string>();

        /// <param name="heightM">Of the person, as far as it is known.</param>
        public CalibrateCommand(StandingStill standing, double heightM)
        {
            _folder = Path.Combine(Path.GetTempPath(), "posebridge-" + Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(_folder);
            File.WriteAllText(Table, standing.Table(heightM));
            _process = PosebridgeCommand.Start("calibrate \"" + Table + "\" --pose standing --mount-cm " + MountCm +
                                               " --out \"" + Found + "\"", true);
            if (_process == null)
            {
                Problem = PosebridgeCommand.Missing;
                End();
                return;
            }
            _process.ErrorDataReceived += (sender, line) => Hear(line.Data);
            _process.OutputDataReceived += (sender, line) => { };
            _process.BeginErrorReadLine();
            _process.BeginOutputReadLine();
        }

        /// <summary>Its answer, for PoseBridgeAvatar.Wear; null before it is done and where it failed.</summary>
        public string Answer { get; private set; }

        /// <summary>Why there is no answer, in its own words; null where nothing went wrong.</summary>
        public string Problem { get; private set; }

        private string Table
        {
            get { return Path.Combine(_folder, "standing.csv"); }
        }

        private string Found
        {
            get { return Path.Combine(_folder, "body.json"); }
        }

        /// <summary>Whether it is done. Waits for nothing.</summary>
        public bool Poll()
        {
            if (Answer != null || Problem != null) return true;
            if (!_process.HasExited) return false;
            _process.WaitForExit(); // for its last lines
            if (_process.ExitCode == 0) Answer = File.ReadAllText(Found);
            else Problem = LastSaid() ?? "posebridge calibrate ended with " + _process.ExitCode;
            _process.Dispose();
            End();
            return true;
        }

        private string LastSaid()
        {
            lock (_said) return _said.Count > 0 ? _said[_said.Count - 1] : null;
        }

        private void End()
        {
            Directory.Delete(_folder, true);
        }

        private void Hear(string line)
        {
            if (string.IsNullOrEmpty(line)) return;
            lock (_said) _said.Add(line.Trim());
        }
    }
}
