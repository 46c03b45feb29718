using System;
using System.Globalization;
using PoseBridge.Core;

namespace PoseBridge.Probe
{
    /// <summary>Connects, plays and stops, again and again: for each, a line with the milliseconds that stopping took and
    /// the threads there are afterwards. Arguments: connection file, how often.</summary>
    public static class StopErrand
    {
        public static int Run(string[] arguments)
        {
            for (var one = 0; one < int.Parse(arguments[2], CultureInfo.InvariantCulture); one++)
            {
                var client = new Client(ConnectionFile.Read(arguments[1]), "probe");
                var session = client.OpenSession(Somebody.Setup());
                Somebody somebody = new Somebody();
                BodyPose pose = new BodyPose();
                var played = Somebody.Await(() =>
                {
                    session.Send(somebody.Next());
                    return session.TryTake(pose);
                }, 20);
                var beganS = MonotonicClock.NowS;
                var ended = client.Close();
                var tookMs = 1e3 * (MonotonicClock.NowS - beganS);
                if (!played || !ended) throw new TimeoutException("played " + played + ", ended " + ended);
                Console.WriteLine(string.Format(CultureInfo.InvariantCulture, "{0:f1} {1}", tookMs, Somebody.Threads()));
            }
            return 0;
        }
    }
}
