using System;
using System.Globalization;
using System.Threading;
using PoseBridge.Core;
using PoseBridge.Editing;

namespace PoseBridge.Probe
{
    /// <summary>Two avatars of different sizes on one connection, until the input ends; a line for each of their events, and
    /// at a line of input: `gap METRES` from the first avatar's head to the head tracker, `garbage BYTES` of 150 frames,
    /// `weight` of its pose,
    /// `record`, `stop`: what the recorder says;
    /// `stand SIZE` and `calibrate PROGRAM`: see there. At the end `closed MS THREADS`. The connection file is found by the
    /// environment.</summary>
    public sealed class AvatarErrand
    {
        private readonly Scene _scene = new Scene(2);
        private StandingStill _stood;
        private volatile string _asked;
        private volatile bool _stop;

        public static int Run()
        {
            var before = Somebody.Threads();
            var errand = new AvatarErrand();
            var ear = new Thread(errand.Listen) { IsBackground = true };
            ear.Start();
            errand._scene.Enable();
            while (!errand._stop) errand.Frame();
            var beganS = MonotonicClock.NowS;
            errand._scene.Disable();
            var tookMs = 1e3 * (MonotonicClock.NowS - beganS);
            ear.Join();
            Thread.Sleep(50);
            Console.WriteLine(string.Format(CultureInfo.InvariantCulture, "closed {0:f1} {1}", tookMs,
                                            Somebody.Threads() - before));
            return 0;
        }

        private void Listen()
        {
            for (var line = Console.ReadLine(); line != null; line = Console.ReadLine())
            {
                _asked = line;
                while (_asked != null) Thread.Sleep(1);
            }
            _stop = true;
        }

        private void Frame()
        {
            _scene.Frame();
            if (_asked == null) return;
            if (_asked == "gap") Say("gap", Gap());
            else if (_asked == "garbage") Say("garbage", Garbage());
            else if (_asked == "weight") Say("weight", _scene.Avatars[0].Link.Weight);
            else if (_asked == "record") Record(true);
            else if (_asked == "stop") Record(false);
            else if (_asked.StartsWith("stand ", StringComparison.Ordinal)) Stand(_asked.Substring(6));
            else if (_asked.StartsWith("calibrate ", StringComparison.Ordinal)) Calibrate(_asked.Substring(10));
            _asked = null;
        }

        private double Gap()
        {
            var head = _scene.Avatars[0].transform.GetChild(0);
            foreach (var name in new[] { "spine1", "spine2", "spine3", "neck", "head" })
                for (var child = 0; child < head.childCount; child++)
                    if (head.GetChild(child).name == name)
                    {
                        head = head.GetChild(child);
                        break;
                    }
            return (head.position - _scene.Head.position).magnitude;
        }

        private long Garbage()
        {
            var before = Memory.OfThisThread();
            for (var one = 0; one < 150; one++) _scene.Frame();
            return Memory.OfThisThread() - before;
        }

        private void Record(bool begin)
        {
            if (begin) _scene.Recorder.Begin();
            else _scene.Recorder.End();
            for (var one = 0; one < 200 && _scene.Recorder.IsRecording != begin; one++) _scene.Frame();
            for (var one = 0; one < 60 && begin; one++) _scene.Frame();
            Console.WriteLine("files " + string.Join(" ", _scene.Recorder.Files) + " " + _scene.Recorder.Problem);
        }

        /// <summary>Measured while somebody of that size stands: `stands HEIGHT TABLE`.</summary>
        private void Stand(string size)
        {
            var avatar = _scene.Avatars[0];
            _scene.StandsTall = double.Parse(size, CultureInfo.InvariantCulture);
            avatar.Events.StoodStill += standing => _stood = standing;
            avatar.Calibrate();
            for (var one = 0; one < 600 && _stood == null; one++) _scene.Frame();
            Say("stands", BodyMeasure.Height(avatar.Body.OffsetsM));
        }

        /// <summary>By the command itself: `wears JSON`, or why not.</summary>
        private void Calibrate(string program)
        {
            PosebridgeCommand.Path = program;
            var avatar = _scene.Avatars[0];
            var command = new CalibrateCommand(_stood, BodyMeasure.Height(avatar.Body.OffsetsM));
            while (!command.Poll()) _scene.Frame();
            if (command.Answer != null) avatar.Wear(command.Answer);
            Console.WriteLine("wears " + (command.Problem ?? avatar.Body.Wearer.ToJson().Trim()));
        }

        private static void Say(string what, double value)
        {
            Console.WriteLine(what + " " + value.ToString(CultureInfo.InvariantCulture));
        }
    }
}
