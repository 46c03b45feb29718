using System;
using System.Collections.Generic;
using System.IO;

namespace PoseBridge.Core
{
    /// <summary>Where a running daemon says how it is reached: a file that only its owner can read.</summary>
    public sealed class ConnectionFile
    {
        public const string Variable = "POSEBRIDGE_CONNECTION";
        private const string PlainUser = "posebridge";

        /// <summary>For a daemon whose address is known by other means, such as one on another machine that takes a
        /// token.</summary>
        public ConnectionFile(string host, int controlPort, int livePort, string token, string mechanism = "null",
                              params ConnectionFile[] others)
        {
            Others = others;
            Host = host;
            ControlPort = controlPort;
            LivePort = livePort;
            Token = token;
            Mechanism = mechanism;
        }

        public string Host { get; }

        public int ControlPort { get; }

        public int LivePort { get; }

        public string Token { get; }

        /// <summary>"null", "plain" or "curve".</summary>
        public string Mechanism { get; }

        /// <summary>Daemons beside it, which serve as well as it does.</summary>
        public ConnectionFile[] Others { get; }

        /// <summary>DaemonRefused for CURVE, which takes cryptography that this package does not bring.</summary>
        public Mechanism NewMechanism()
        {
            if (Mechanism == "null") return new NullMechanism();
            if (Mechanism == "plain") return new PlainMechanism(PlainUser, Token);
            throw new DaemonRefusedException("the daemon at " + Host + " asks for " + Mechanism.ToUpperInvariant() +
                ", which this package does not speak: let it reach the daemon through `posebridge relay`");
        }

        /// <summary>That of the daemon of this user on this machine. DaemonMissing if none is there.</summary>
        public static ConnectionFile Find()
        {
            var places = PossibleFiles();
            foreach (var place in places)
                if (File.Exists(place)) return Read(place);
            throw Missing(places[0]);
        }

        /// <summary>DaemonMissing if it is not there, is none, or others could have written it.</summary>
        public static ConnectionFile Read(string path)
        {
            if (!File.Exists(path)) throw Missing(path);
            var problem = FileGuard.Problem(path);
            if (problem != null) throw new DaemonMissingException(problem);
            try
            {
                return Checked(path, Json.Parse(File.ReadAllText(path)));
            }
            catch (Exception error) when (error is IOException || error is UnauthorizedAccessException ||
                                          error is FormatException)
            {
                throw new DaemonMissingException(path + " is no connection file: " + error.Message);
            }
        }

        /// <summary>Where the file may lie, the likeliest first: the folder for run-time files of the user, which
        /// depends on how the user has logged in.</summary>
        public static List<string> PossibleFiles()
        {
            var given = Environment.GetEnvironmentVariable(Variable);
            if (!string.IsNullOrEmpty(given)) return new List<string> { given };
            var folders = new List<string>();
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
            if (Path.DirectorySeparatorChar == '\\')
            {
                var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
                folders.Add(Path.Combine(local, "Temp", "posebridge"));
            }
            else
            {
                if (!string.IsNullOrEmpty(runtime)) folders.Add(runtime);
                var user = FileGuard.User();
                if (user == null) folders.Add(Path.Combine(home, "Library", "Caches", "TemporaryItems"));
                else
                {
                    folders.Add("/run/user/" + user);
                    folders.Add(Path.Combine(Path.GetTempPath(), "runtime-" + user));
                }
            }
            return folders.ConvertAll(folder => Path.Combine(folder, "posebridge", "daemon.json"));
        }

        private static ConnectionFile Checked(string path, object read)
        {
            var data = read as Dictionary<string, object>;
            if (data == null || !(Get(data, "host") is string) || !(Get(data, "token") is string))
                throw new DaemonMissingException(path + " is no connection file: it must hold host and token");
            int control = Port(path, data, "control_port"), live = Port(path, data, "live_port");
            var mechanism = Get(data, "mechanism") ?? "null";
            if (!(mechanism is string))
                throw new DaemonMissingException(path + " is no connection file: its mechanism is " + mechanism);
            var others = Get(data, "others") ?? new List<object>();
            if (!(others is List<object>))
                throw new DaemonMissingException(path + " is no connection file: its others must be a list");
            return new ConnectionFile((string)data["host"], control, live, (string)data["token"], (string)mechanism,
                                      ((List<object>)others).ConvertAll(other => Checked(path, other)).ToArray());
        }

        private static int Port(string path, Dictionary<string, object> data, string name)
        {
            var value = Get(data, name) as double?;
            if (value >= 1 && value < 65536) return (int)value.Value;
            throw new DaemonMissingException(path + " is no connection file: its " + name + " is " + Get(data, name));
        }

        private static object Get(Dictionary<string, object> data, string name)
        {
            object value;
            return data.TryGetValue(name, out value) ? value : null;
        }

        private static DaemonMissingException Missing(string path)
        {
            return new DaemonMissingException("no daemon is running: " + path +
                                              " is not there (start one with: posebridge serve)");
        }
    }
}
