namespace PoseBridge.Core
{
    /// <summary>What all generated messages are: something to read bytes into and to write as bytes.</summary>
    public abstract class Message
    {
        protected static readonly byte[] Nothing = new byte[0];

        /// <summary>As new, except that lists keep their room.</summary>
        public abstract void Clear();

        /// <summary>Reads the value after a tag; whether the field is known.</summary>
        public abstract bool ReadField(uint tag, WireReader reader);

        /// <summary>Writes the fields, from the last to the first.</summary>
        public abstract void WriteFields(WireWriter writer);

        /// <summary>Reads what lies up to the reader's end. Throws <see cref="DecodeException"/>.</summary>
        public void ReadFields(WireReader reader)
        {
            while (reader.HasMore)
            {
                var tag = reader.Tag();
                if (!ReadField(tag, reader)) reader.Skip(tag);
            }
        }

        /// <summary>This message and no other from these bytes. Throws <see cref="DecodeException"/>, and nothing
        /// else.</summary>
        public void Decode(WireReader reader, byte[] data, int start, int count)
        {
            Clear();
            reader.Begin(data, start, count);
            ReadFields(reader);
        }

        /// <summary>The message as bytes of their own.</summary>
        public byte[] Encode()
        {
            var writer = new WireWriter();
            WriteFields(writer);
            return writer.ToArray();
        }
    }
}
