using System.Text;

namespace PoseBridge.Core
{
    /// <summary>How a ZMTP connection is agreed on, as a client. It answers commands until all is agreed. NULL: both
    /// send READY. PLAIN: HELLO, WELCOME, INITIATE, READY; the password goes as it is.</summary>
    public abstract class Mechanism
    {
        public abstract string Name { get; }

        /// <summary>What the client sends once both greetings are there.</summary>
        public abstract void Begin(ByteQueue output);

        /// <summary>Answers a command; whether the peer is ready.</summary>
        public abstract bool Answer(Command command, ByteQueue output);

        /// <summary>The peer must be a socket for a DEALER, and we bring no routing id.</summary>
        protected static byte[] OwnProperties()
        {
            var properties = new ByteQueue();
            AddProperty(properties, "Socket-Type", "DEALER");
            AddProperty(properties, "Identity", "");
            var data = new byte[properties.Count];
            System.Buffer.BlockCopy(properties.Bytes, properties.Start, data, 0, data.Length);
            return data;
        }

        private static void AddProperty(ByteQueue output, string name, string value)
        {
            output.Add((byte)name.Length);
            output.Add(Encoding.ASCII.GetBytes(name));
            for (var shift = 24; shift >= 0; shift -= 8) output.Add((byte)(value.Length >> shift));
            output.Add(Encoding.ASCII.GetBytes(value));
        }
    }

    /// <summary>No identification.</summary>
    public sealed class NullMechanism : Mechanism
    {
        public override string Name
        {
            get { return "NULL"; }
        }

        public override void Begin(ByteQueue output)
        {
            Command.Write(output, "READY", OwnProperties());
        }

        public override bool Answer(Command command, ByteQueue output)
        {
            command.Expect("READY");
            command.CheckProperties();
            return true;
        }
    }

    /// <summary>Identification by user and password.</summary>
    public sealed class PlainMechanism : Mechanism
    {
        private readonly byte[] _credentials;
        private bool _welcomed;

        public PlainMechanism(string user, string password)
        {
            var credentials = new ByteQueue();
            foreach (var part in new[] { Encoding.UTF8.GetBytes(user), Encoding.UTF8.GetBytes(password) })
            {
                if (part.Length > 255) throw new ZmtpRefusedException("a user or password of more than 255 bytes");
                credentials.Add((byte)part.Length);
                credentials.Add(part);
            }
            _credentials = new byte[credentials.Count];
            System.Buffer.BlockCopy(credentials.Bytes, credentials.Start, _credentials, 0, _credentials.Length);
        }

        public override string Name
        {
            get { return "PLAIN"; }
        }

        public override void Begin(ByteQueue output)
        {
            _welcomed = false;
            Command.Write(output, "HELLO", _credentials);
        }

        public override bool Answer(Command command, ByteQueue output)
        {
            command.Expect(_welcomed ? "READY" : "WELCOME");
            if (_welcomed)
            {
                command.CheckProperties();
                return true;
            }
            _welcomed = true;
            Command.Write(output, "INITIATE", OwnProperties());
            return false;
        }
    }
}
