using System;

namespace PoseBridge.Probe
{
    /// <summary>What the tests in Python ask of the package's classes. The first argument is the errand, and answers are
    /// lines.</summary>
    public static class Program
    {
        public static int Main(string[] arguments)
        {
            switch (arguments[0])
            {
                case "codec": return CodecErrand.Run();
                case "live": return LiveErrand.Run(arguments);
                case "avatar": return AvatarErrand.Run();
                case "sample": return SampleErrand.Run(arguments);
                case "zmtp": return ZmtpErrand.Run(arguments);
                case "stop": return StopErrand.Run(arguments);
                case "steady": return SteadyErrand.Run(arguments);
                default:
                    Console.Error.WriteLine("no such errand: " + arguments[0]);
                    return 2;
            }
        }
    }
}
