using System;
using System.Globalization;
using System.Threading;
using PoseBridge.Core;

namespace PoseBridge.Probe
{
    /// <summary>Two bodies on one connection that never gives up, until the input ends. Says what happens, a line
    /// each: `state NAME`; `problem WHY`; `flows N` when ten poses of each came since the state changed or the
    /// sessions were opened for the Nth time; `closed MS THREADS`. Argument: connection file.</summary>
    public sealed class SteadyErrand
    {
        private readonly SteadyClient _client;
        private readonly SteadySession[] _sessions = new SteadySession[2];
        private readonly Somebody[] _bodies = { new Somebody(), new Somebody() };
        private readonly int[] _poses = new int[2];
        private readonly BodyPose _pose = new BodyPose();
        private LinkState _state = LinkState.Closed;
        private string _problem;
        private int _openings;

        private SteadyErrand(string connection)
        {
            _client = new SteadyClient(() => ConnectionFile.Read(connection), "probe");
            for (var one = 0; one < 2; one++) _sessions[one] = _client.OpenSession(Somebody.Setup());
        }

        public static int Run(string[] arguments)
        {
            var before = Somebody.Threads();
            var errand = new SteadyErrand(arguments[1]);
            var stop = false;
            var ear = new Thread(() =>
            {
                Console.In.ReadToEnd();
                stop = true;
            }) { IsBackground = true };
            ear.Start();
            while (!stop)
            {
                errand.Frame();
                Thread.Sleep(8);
            }
            var beganS = MonotonicClock.NowS;
            var closed = errand._client.Close();
            var tookMs = 1e3 * (MonotonicClock.NowS - beganS);
            ear.Join();
            Thread.Sleep(50);
            Console.WriteLine(string.Format(CultureInfo.InvariantCulture, "closed {0:f1} {1}", closed ? tookMs : -1,
                                            Somebody.Threads() - before));
            return 0;
        }

        private void Frame()
        {
            _client.Tick(MonotonicClock.NowS);
            var openings = _sessions[0].Openings + _sessions[1].Openings;
            if (_client.State != _state || openings > _openings) _poses[0] = _poses[1] = 0;
            if (_client.State != _state) Console.WriteLine("state " + (_state = _client.State));
            if (_client.Problem != null && _client.Problem != _problem) Console.WriteLine("problem " + _client.Problem);
            _problem = _client.Problem;
            _openings = openings;
            for (var one = 0; one < 2; one++)
            {
                _sessions[one].Send(_bodies[one].Next());
                while (_sessions[one].TryTake(_pose)) _poses[one]++;
            }
            if (Math.Min(_poses[0], _poses[1]) < 10) return;
            _poses[0] = _poses[1] = int.MinValue;
            Console.WriteLine("flows " + _openings / 2);
        }
    }
}
