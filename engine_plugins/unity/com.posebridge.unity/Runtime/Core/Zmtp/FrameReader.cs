namespace PoseBridge.Core
{
    /// <summary>ZMTP frames from bytes (0MQ RFC 37): flags, a size of one or eight bytes, and so many bytes. A frame
    /// that is too long is refused before its bytes are there.</summary>
    public sealed class FrameReader
    {
        public const int More = 1, Long = 2, Command = 4;
        public const int MostCommandBytes = 4096; // those of libzmq take less than 100

        private readonly ByteQueue _input;
        private readonly int _mostBytes;

        public FrameReader(ByteQueue input, int mostBytes)
        {
            _input = input;
            _mostBytes = mostBytes;
        }

        public int Flags { get; private set; }

        /// <summary>Where the frame's bytes begin in <see cref="Data"/>.</summary>
        public int Start { get; private set; }

        public int Count { get; private set; }

        public byte[] Data
        {
            get { return _input.Bytes; }
        }

        /// <summary>The next frame, if it is whole. Its bytes stay until more are put into the queue.</summary>
        public bool Next()
        {
            if (_input.Count == 0) return false;
            Flags = _input[0];
            if ((Flags & ~(More | Long | Command)) != 0 || (Flags & (Command | More)) == (Command | More))
                throw new ZmtpException("the peer sent a frame with flags " + Flags + ", which are none of ZMTP's");
            var head = (Flags & Long) != 0 ? 9 : 2;
            if (_input.Count < head) return false;
            ulong size = 0;
            for (var place = 1; place < head; place++) size = size << 8 | _input[place];
            var most = (Flags & Command) != 0 ? MostCommandBytes : _mostBytes;
            if (size > (ulong)most)
                throw new ZmtpException("the peer announced a frame of " + size + " bytes; at most " + most +
                                        " are allowed");
            if (_input.Count < head + (int)size) return false;
            Start = _input.Start + head;
            Count = (int)size;
            _input.Drop(head + Count);
            return true;
        }

        /// <summary>What comes before a frame's bytes.</summary>
        public static void WriteHead(ByteQueue output, int flags, int size)
        {
            output.Add((byte)(size < 256 ? flags : flags | Long));
            for (var shift = size < 256 ? 0 : 56; shift >= 0; shift -= 8)
                output.Add((byte)((ulong)size >> shift));
        }
    }
}
