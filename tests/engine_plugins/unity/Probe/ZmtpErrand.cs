using System;
using System.Globalization;
using PoseBridge.Core;

namespace PoseBridge.Probe
{
    /// <summary>Sends back every message it gets, until one is empty; then says goodbye. Says why where the connection ends
    /// otherwise. Arguments: port, mechanism, password, longest message.</summary>
    public static class ZmtpErrand
    {
        public static int Run(string[] arguments)
        {
            var mechanism = arguments[2] == "plain" ? new PlainMechanism("posebridge", arguments[3])
                : (Mechanism)new NullMechanism();
            try
            {
                var socket = new ZmtpSocket("127.0.0.1", int.Parse(arguments[1], CultureInfo.InvariantCulture), mechanism,
                    int.Parse(arguments[4], CultureInfo.InvariantCulture), 0, MonotonicClock.NowS);
                while (Round(socket)) socket.Wait(20);
                socket.Close();
                Console.WriteLine("goodbye");
            }
            catch (ZmtpException error)
            {
                Console.WriteLine(error.GetType().Name + ": " + error.Message);
            }
            return 0;
        }

        private static bool Round(ZmtpSocket socket)
        {
            socket.Read(MonotonicClock.NowS);
            for (var one = socket.Next(); one != ZmtpEvent.None; one = socket.Next())
            {
                if (one != ZmtpEvent.Message) continue;
                if (socket.Count == 0) return false;
                socket.Send(socket.Data, socket.Start, socket.Count);
            }
            socket.Finish(MonotonicClock.NowS);
            return true;
        }
    }
}
