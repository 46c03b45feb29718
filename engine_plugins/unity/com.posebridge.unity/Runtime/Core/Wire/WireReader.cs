using System;
using System.Text;

namespace PoseBridge.Core
{
    /// <summary>Reads protobuf's wire format. Nothing is taken on trust: a position is checked against the end before
    /// it is read, a length before it is used, and what is repeated is paid for from a budget, so that a few bytes
    /// cannot become very many objects.</summary>
    public sealed class WireReader
    {
        public const int MostItems = 20000;
        private const int MostDepth = 100;
        private static readonly UTF8Encoding Utf8 = new UTF8Encoding(false, true);

        private readonly uint[] _groups = new uint[MostDepth];
        private byte[] _data;
        private int _at, _end, _itemsLeft;

        public bool HasMore
        {
            get { return _at < _end; }
        }

        public void Begin(byte[] data, int start, int count)
        {
            _data = data;
            _at = start;
            _end = start + count;
            _itemsLeft = MostItems;
        }

        /// <summary>Pays for one repeated item.</summary>
        public void Take()
        {
            if (--_itemsLeft < 0) throw new DecodeException("more than " + MostItems + " repeated items");
        }

        public uint Tag()
        {
            var tag = Varint(5);
            if (tag >> 3 == 0 || tag > uint.MaxValue) throw new DecodeException(tag + " is no tag of a field");
            return (uint)tag;
        }

        public ulong Varint()
        {
            return Varint(10);
        }

        public uint UInt32()
        {
            return (uint)Varint(10);
        }

        public float Single()
        {
            return BitConverter.ToSingle(_data, Fixed(4));
        }

        public double Double()
        {
            return BitConverter.ToDouble(_data, Fixed(8));
        }

        public string Text()
        {
            var count = Length();
            try
            {
                var text = Utf8.GetString(_data, _at, count);
                _at += count;
                return text;
            }
            catch (ArgumentException error)
            {
                throw new DecodeException("a text that is not UTF-8: " + error.Message);
            }
        }

        public byte[] Bytes()
        {
            var bytes = new byte[Length()];
            Buffer.BlockCopy(_data, _at, bytes, 0, bytes.Length);
            _at += bytes.Length;
            return bytes;
        }

        /// <summary>Packed floats, after those that are there already.</summary>
        public void Floats(FloatList list)
        {
            var size = Length();
            if (size % 4 != 0) throw new DecodeException(size + " bytes are no whole number of floats");
            var have = list.Count;
            list.Resize(have + size / 4);
            Buffer.BlockCopy(_data, _at, list.Items, 4 * have, size);
            _at += size;
        }

        /// <summary>A message within the message, merged into what is there.</summary>
        public void Message(Message message)
        {
            var outer = Enter();
            message.ReadFields(this);
            Leave(outer);
        }

        /// <summary>Into a value that tells its length; what to give to <see cref="Leave"/> at its end.</summary>
        public int Enter()
        {
            var outer = _end;
            var size = Length();
            _end = _at + size;
            return outer;
        }

        public void Leave(int outer)
        {
            _end = outer;
        }

        /// <summary>Steps over the value of a field one does not know.</summary>
        public void Skip(uint tag)
        {
            var depth = 0;
            while (true)
            {
                if ((tag & 7) == 3) Push(tag, depth++);
                else if ((tag & 7) == 4) Pop(tag, depth--);
                else SkipValue(tag & 7);
                if (depth == 0) return;
                tag = Tag();
            }
        }

        private void Push(uint tag, int depth)
        {
            if (depth == MostDepth) throw new DecodeException("groups lie more than " + MostDepth + " deep");
            _groups[depth] = tag + 1;
        }

        private void Pop(uint tag, int depth)
        {
            if (depth == 0 || _groups[depth - 1] != tag) throw new DecodeException("a group ends that did not begin");
        }

        private void SkipValue(uint kind)
        {
            if (kind == 0) Varint(10);
            else if (kind == 1) Fixed(8);
            else if (kind == 2) Fixed(Length());
            else if (kind == 5) Fixed(4);
            else throw new DecodeException(kind + " is no wire type");
        }

        private ulong Varint(int mostBytes)
        {
            ulong value = 0;
            for (var count = 0; count < mostBytes; count++)
            {
                if (_at >= _end) throw new DecodeException("the message ends within a number");
                var one = _data[_at++];
                value |= (ulong)(one & 127) << (7 * count);
                if (one < 128) return value;
            }
            throw new DecodeException("a number of more than " + mostBytes + " bytes");
        }

        private int Length()
        {
            var length = Varint(5);
            if (length <= (ulong)(_end - _at)) return (int)length;
            throw new DecodeException(length + " bytes are announced where " + (_end - _at) + " are left");
        }

        private int Fixed(int size)
        {
            var at = _at;
            if (size > _end - at)
                throw new DecodeException(size + " bytes are needed where " + (_end - at) + " are left");
            _at += size;
            return at;
        }
    }
}
