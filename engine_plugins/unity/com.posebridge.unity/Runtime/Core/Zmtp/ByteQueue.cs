using System;

namespace PoseBridge.Core
{
    /// <summary>Bytes in the order they came. Room that was had once is kept, so steady traffic allocates
    /// nothing.</summary>
    public sealed class ByteQueue
    {
        private byte[] _bytes = new byte[1024];

        /// <summary>Another array after growth.</summary>
        public byte[] Bytes
        {
            get { return _bytes; }
        }

        /// <summary>Where the bytes begin.</summary>
        public int Start { get; private set; }

        public int Count { get; private set; }

        public byte this[int index]
        {
            get { return _bytes[Start + index]; }
        }

        /// <summary>Makes room for so many bytes behind those that are there; where to put them.</summary>
        public int Reserve(int size)
        {
            if (Start + Count + size > _bytes.Length)
            {
                var grows = Count + size > _bytes.Length;
                var target = grows ? new byte[Math.Max(2 * _bytes.Length, Count + size)] : _bytes;
                Buffer.BlockCopy(_bytes, Start, target, 0, Count);
                _bytes = target;
                Start = 0;
            }
            return Start + Count;
        }

        /// <summary>So many of the reserved bytes are there now.</summary>
        public void Commit(int size)
        {
            Count += size;
        }

        public void Add(byte one)
        {
            var at = Reserve(1);
            _bytes[at] = one;
            Count++;
        }

        public void Add(byte[] data, int start, int count)
        {
            var at = Reserve(count);
            Buffer.BlockCopy(data, start, _bytes, at, count);
            Count += count;
        }

        public void Add(byte[] data)
        {
            Add(data, 0, data.Length);
        }

        /// <summary>Takes the first bytes away; they stay readable until something is added.</summary>
        public void Drop(int count)
        {
            Count -= count;
            Start += count;
        }

        public void Clear()
        {
            Start = Count = 0;
        }
    }
}
