using System;
using PoseBridge.Core;

namespace PoseBridge.Probe
{
    /// <summary>Lines of a message's name and its bytes in hexadecimal; each is answered by the bytes that our codec makes
    /// of what it read, or by what is wrong with them. One object a name reads all of its messages, as a live session does.
    /// </summary>
    public static class CodecErrand
    {
        public static int Run()
        {
            var kept = new System.Collections.Generic.Dictionary<string, Message>();
            var reader = new WireReader();
            var writer = new WireWriter();
            for (var line = Console.ReadLine(); line != null; line = Console.ReadLine())
            {
                var words = line.Split(' ');
                if (!kept.ContainsKey(words[0]))
                    kept[words[0]] = (Message)Activator.CreateInstance(
                        typeof(Message).Assembly.GetType("PoseBridge.Core." + words[0], true));
                Console.WriteLine(Answer(kept[words[0]], Bytes(words[1]), reader, writer));
            }
            return 0;
        }

        private static string Answer(Message message, byte[] data, WireReader reader, WireWriter writer)
        {
            try
            {
                var padded = new byte[data.Length + 14]; // what lies around a message is not looked at
                Buffer.BlockCopy(data, 0, padded, 7, data.Length);
                message.Decode(reader, padded, 7, data.Length);
                writer.Clear();
                message.WriteFields(writer);
                return "ok " + BitConverter.ToString(writer.ToArray()).Replace("-", "");
            }
            catch (DecodeException error)
            {
                return "refused " + error.Message;
            }
        }

        private static byte[] Bytes(string hex)
        {
            var data = new byte[hex.Length / 2];
            for (var place = 0; place < data.Length; place++) data[place] = Convert.ToByte(hex.Substring(2 * place, 2), 16);
            return data;
        }
    }
}
