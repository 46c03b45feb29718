using System.Text;

namespace PoseBridge.Core
{
    /// <summary>A command frame as it lies in the bytes that came. One object is read into again and again.</summary>
    public sealed class Command
    {
        private static readonly string[] Fitting = { "ROUTER", "DEALER", "REP" }; // whom a DEALER may speak to

        private byte[] _data;
        private int _name, _nameCount;
        private bool _broken;

        /// <summary>Where its data begin in the bytes given to <see cref="Read"/>.</summary>
        public int Start { get; private set; }

        public int Count { get; private set; }

        public void Read(byte[] data, int start, int count)
        {
            _data = data;
            // a PLAIN server of libzmq 4.3 writes ^RROR, where the length 5 and an E should be
            _broken = count >= 5 && data[start] == '^' && Ascii(start + 1, 4) == "RROR";
            var length = _broken ? 4 : count > 0 ? data[start] : 0;
            if (count == 0 || length > count - 1) throw new ZmtpException("the peer sent a command without a name");
            _name = start + 1;
            _nameCount = length;
            Start = start + 1 + length;
            Count = count - 1 - length;
        }

        public bool Is(string name)
        {
            if (_broken) return name == "ERROR";
            if (_nameCount != name.Length) return false;
            for (var place = 0; place < _nameCount; place++)
                if (_data[_name + place] != name[place]) return false;
            return true;
        }

        /// <summary>Refused for an ERROR, ZmtpException for anything else but what is wanted.</summary>
        public void Expect(string wanted)
        {
            if (Is("ERROR"))
            {
                var reason = Count > 0 ? Ascii(Start + 1, System.Math.Min(_data[Start], Count - 1)) : "";
                throw new ZmtpRefusedException("the peer refused the connection: " +
                                               (reason.Length > 0 ? reason : "it gave no reason"));
            }
            if (!Is(wanted))
                throw new ZmtpException("the peer sent '" + Ascii(_name, _nameCount) + "' where " + wanted +
                                        " was due");
        }

        /// <summary>Refused if the peer is no socket for a DEALER.</summary>
        public void CheckProperties()
        {
            var kind = Property("socket-type");
            if (System.Array.IndexOf(Fitting, kind) >= 0) return;
            throw new ZmtpRefusedException("the peer is a " + (kind ?? "nameless") + " socket; a DEALER speaks to " +
                                           string.Join(", ", Fitting));
        }

        /// <summary>A whole command frame.</summary>
        public static void Write(ByteQueue output, string name, byte[] data)
        {
            FrameReader.WriteHead(output, FrameReader.Command, 1 + name.Length + data.Length);
            output.Add((byte)name.Length);
            output.Add(Encoding.ASCII.GetBytes(name));
            output.Add(data);
        }

        /// <summary>The value of a property, whose name counts in any case; null where it is not there.</summary>
        private string Property(string wanted)
        {
            string found = null;
            int at = Start, end = Start + Count;
            while (at < end)
            {
                var value = at + 1 + _data[at] + 4;
                if (value > end) throw new ZmtpException("the peer's properties are cut off");
                ulong size = 0;
                for (var place = value - 4; place < value; place++) size = size << 8 | _data[place];
                if (size > (ulong)(end - value)) throw new ZmtpException("the peer's properties are cut off");
                if (Ascii(at + 1, _data[at]).ToLowerInvariant() == wanted) found = Ascii(value, (int)size);
                at = value + (int)size;
            }
            return found;
        }

        private string Ascii(int start, int count)
        {
            return Encoding.ASCII.GetString(_data, start, count);
        }
    }
}
