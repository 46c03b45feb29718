using System;
using System.Runtime.InteropServices;
using System.Text;

namespace PoseBridge.Core
{
    /// <summary>Writes protobuf's wire format from the last byte to the first: the length of what is within is known
    /// when it is due, and nothing is measured or copied twice. Filling it again allocates nothing.</summary>
    public sealed class WireWriter
    {
        private static readonly UTF8Encoding Utf8 = new UTF8Encoding(false, true);

        private byte[] _bytes = new byte[512];

        public WireWriter()
        {
            Clear();
        }

        /// <summary>Where the written bytes begin in <see cref="Buffer"/>; they reach to its end.</summary>
        public int Start { get; private set; }

        public int Count
        {
            get { return _bytes.Length - Start; }
        }

        /// <summary>Another array after growth.</summary>
        public byte[] Buffer
        {
            get { return _bytes; }
        }

        /// <summary>Whether a number is written: all are but plus zero, which is the default.</summary>
        public static bool IsGiven(float value)
        {
            return new SingleBits { Value = value }.Bits != 0u;
        }

        public static bool IsGiven(double value)
        {
            return BitConverter.DoubleToInt64Bits(value) != 0L;
        }

        public void Clear()
        {
            Start = _bytes.Length;
        }

        public byte[] ToArray()
        {
            var bytes = new byte[Count];
            System.Buffer.BlockCopy(_bytes, Start, bytes, 0, bytes.Length);
            return bytes;
        }

        public void Unsigned(uint tag, ulong value)
        {
            Varint(value);
            Varint(tag);
        }

        public void Signed(uint tag, long value)
        {
            Unsigned(tag, (ulong)value);
        }

        public void Flag(uint tag, bool value)
        {
            Unsigned(tag, value ? 1UL : 0UL);
        }

        public void Single(uint tag, float value)
        {
            LittleEndian(new SingleBits { Value = value }.Bits, 4);
            Varint(tag);
        }

        public void Double(uint tag, double value)
        {
            LittleEndian((ulong)BitConverter.DoubleToInt64Bits(value), 8);
            Varint(tag);
        }

        /// <summary>Throws ArgumentException for what is no Unicode text.</summary>
        public void Text(uint tag, string value)
        {
            var count = Utf8.GetByteCount(value);
            var at = Room(count);
            Utf8.GetBytes(value, 0, value.Length, _bytes, at);
            Close(tag, Count - count);
        }

        public void Bytes(uint tag, byte[] value)
        {
            var at = Room(value.Length);
            System.Buffer.BlockCopy(value, 0, _bytes, at, value.Length);
            Close(tag, Count - value.Length);
        }

        /// <summary>Packed; nothing where there are none.</summary>
        public void Floats(uint tag, FloatList list)
        {
            if (list.Count == 0) return;
            var size = 4 * list.Count;
            var at = Room(size);
            System.Buffer.BlockCopy(list.Items, 0, _bytes, at, size);
            Close(tag, Count - size);
        }

        public void Message(uint tag, Message message)
        {
            var after = Count;
            message.WriteFields(this);
            Close(tag, after);
        }

        /// <summary>Length and tag before all that was written since <see cref="Count"/> was <paramref
        /// name="after"/>.</summary>
        public void Close(uint tag, int after)
        {
            Varint((ulong)(Count - after));
            Varint(tag);
        }

        public void Varint(ulong value)
        {
            var size = 1;
            for (var rest = value >> 7; rest != 0; rest >>= 7) size++;
            var at = Room(size);
            for (; size > 1; size--, value >>= 7) _bytes[at++] = (byte)(value & 127 | 128);
            _bytes[at] = (byte)value;
        }

        private void LittleEndian(ulong bits, int size)
        {
            var at = Room(size);
            for (var part = 0; part < size; part++) _bytes[at + part] = (byte)(bits >> (8 * part));
        }

        /// <summary>Makes room before what is written; its beginning.</summary>
        private int Room(int size)
        {
            if (size > Start)
            {
                var count = Count;
                var larger = new byte[Math.Max(2 * _bytes.Length, count + size)];
                System.Buffer.BlockCopy(_bytes, Start, larger, larger.Length - count, count);
                _bytes = larger;
                Start = larger.Length - count;
            }
            Start -= size;
            return Start;
        }

        [StructLayout(LayoutKind.Explicit)]
        private struct SingleBits
        {
            [FieldOffset(0)] public float Value;
            [FieldOffset(0)] public readonly uint Bits;
        }
    }
}
