using System.Collections.Generic;
using System.Text;
using NUnit.Framework;
using PoseBridge.Core;

namespace PoseBridge.Tests
{
    /// <summary>A connection that meets a peer whose bytes are written by hand from RFC 37.</summary>
    [TestFixture]
    public sealed class ZmtpConnectionTest
    {
        private const int MostBytes = 1 << 16;

        private static byte[] Hello(string mechanism = "NULL", byte major = 3)
        {
            var bytes = new byte[64];
            bytes[0] = 0xFF;
            bytes[8] = 1;
            bytes[9] = 0x7F;
            bytes[10] = major;
            bytes[11] = 1;
            Encoding.ASCII.GetBytes(mechanism, 0, mechanism.Length, bytes, 12);
            return bytes;
        }

        private static byte[] Frame(int flags, byte[] body)
        {
            var queue = new ByteQueue();
            FrameReader.WriteHead(queue, flags, body.Length);
            queue.Add(body);
            return Taken(queue);
        }

        private static byte[] CommandFrame(string name, params byte[] data)
        {
            var queue = new ByteQueue();
            Command.Write(queue, name, data);
            return Taken(queue);
        }

        private static byte[] Ready(string kind = "ROUTER")
        {
            var data = new List<byte> { 11 };
            data.AddRange(Encoding.ASCII.GetBytes("Socket-Type"));
            data.AddRange(new byte[] { 0, 0, 0, (byte)kind.Length });
            data.AddRange(Encoding.ASCII.GetBytes(kind));
            return CommandFrame("READY", data.ToArray());
        }

        private static byte[] Taken(ByteQueue queue)
        {
            var bytes = new byte[queue.Count];
            System.Buffer.BlockCopy(queue.Bytes, queue.Start, bytes, 0, bytes.Length);
            queue.Drop(bytes.Length);
            return bytes;
        }

        private static ZmtpConnection Met()
        {
            var connection = new ZmtpConnection(new NullMechanism(), MostBytes, 0);
            connection.In.Add(Hello());
            connection.In.Add(Ready());
            Assert.AreEqual(ZmtpEvent.Ready, connection.Next());
            Taken(connection.Out);
            return connection;
        }

        private static string Text(ZmtpConnection connection)
        {
            return Encoding.ASCII.GetString(connection.Data, connection.Start, connection.Count);
        }

        [Test]
        public void TheGreetingAndReadyAreWhatTheRfcSays()
        {
            var connection = new ZmtpConnection(new NullMechanism(), MostBytes, 0);
            var first = Taken(connection.Out);
            Assert.AreEqual(new byte[] { 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 3 }, first);
            connection.In.Add(Hello());
            Assert.AreEqual(ZmtpEvent.None, connection.Next());
            var rest = Encoding.ASCII.GetString(Taken(connection.Out));
            Assert.AreEqual("\u0001NULL" + new string('\0', 48) + "\u0004\u0029\u0005READY\u000bSocket-Type\0\0\0\u0006DEALER" +
                            "\u0008Identity\0\0\0\0", rest);
        }

        [TestCase(1)]
        [TestCase(2)]
        [TestCase(7)]
        [TestCase(1000)]
        public void BytesMayComeInPiecesOfAnySize(int piece)
        {
            var all = new List<byte>(Hello());
            all.AddRange(Ready());
            all.AddRange(Frame(0, Encoding.ASCII.GetBytes("short")));
            all.AddRange(Frame(0, Encoding.ASCII.GetBytes(new string('x', 300))));
            all.AddRange(Frame(FrameReader.More, Encoding.ASCII.GetBytes("first")));
            all.AddRange(Frame(0, Encoding.ASCII.GetBytes("second")));
            all.AddRange(CommandFrame("PING", 0, 0, 1, 2, 3));
            all.AddRange(CommandFrame("SOMETHING", 9));
            all.AddRange(Frame(0, new byte[0]));
            var connection = new ZmtpConnection(new NullMechanism(), MostBytes, 0);
            var heard = new List<string>();
            for (var at = 0; at < all.Count; at += piece)
            {
                connection.In.Add(all.ToArray(), at, System.Math.Min(piece, all.Count - at));
                for (var one = connection.Next(); one != ZmtpEvent.None; one = connection.Next())
                {
                    if (one == ZmtpEvent.Ready) Taken(connection.Out);
                    heard.Add(one == ZmtpEvent.Ready ? "ready" : Text(connection));
                }
            }
            Assert.AreEqual(new[] { "ready", "short", new string('x', 300), "first", "" }, heard);
            Assert.AreEqual(CommandFrame("PONG", 1, 2, 3), Taken(connection.Out));
        }

        [Test]
        public void AFrameThatIsTooLongIsRefusedBeforeItsBytesAreThere()
        {
            var connection = Met();
            connection.In.Add(new byte[] { FrameReader.Long, 0x7F, 255, 255, 255, 255, 255, 255, 255 });
            Assert.Throws<ZmtpException>(() => connection.Next());
            connection = Met();
            connection.In.Add(new byte[] { FrameReader.Command | FrameReader.Long, 0, 0, 0, 0, 0, 0, 0x20, 0 });
            Assert.Throws<ZmtpException>(() => connection.Next());
        }

        [Test]
        public void AMessageOfVeryManyPartsIsRefused()
        {
            var connection = Met();
            for (var part = 0; part < ZmtpConnection.MostParts + 1; part++)
                connection.In.Add(Frame(FrameReader.More, new byte[1]));
            Assert.Throws<ZmtpException>(() => connection.Next());
            connection = Met();
            for (var part = 0; part < 3; part++) connection.In.Add(Frame(FrameReader.More, new byte[MostBytes / 2]));
            Assert.Throws<ZmtpException>(() => connection.Next());
        }

        [TestCase("GET / HTTP/1.1\r\n", false)]
        [TestCase("old", true)]
        [TestCase("curve", true)]
        [TestCase("pub", true)]
        [TestCase("error", true)]
        public void WhoIsNoPeerForUsIsRefused(string who, bool refusedLate)
        {
            var connection = new ZmtpConnection(new NullMechanism(), MostBytes, 0);
            if (!refusedLate) connection.In.Add(Encoding.ASCII.GetBytes(who));
            else connection.In.Add(Hello(who == "curve" ? "CURVE" : "NULL", (byte)(who == "old" ? 2 : 3)));
            if (who == "pub") connection.In.Add(Ready("PUB"));
            if (who == "error") connection.In.Add(CommandFrame("ERROR", 3, (byte)'b', (byte)'a', (byte)'d'));
            Assert.Throws<ZmtpRefusedException>(() => connection.Next());
        }

        [Test]
        public void FlagsThatAreNoneAndMessagesBeforeReadyEndIt()
        {
            var connection = Met();
            connection.In.Add(new byte[] { 8, 0 });
            Assert.Throws<ZmtpException>(() => connection.Next());
            connection = new ZmtpConnection(new NullMechanism(), MostBytes, 0);
            connection.In.Add(Hello());
            connection.In.Add(Frame(0, new byte[3]));
            Assert.Throws<ZmtpException>(() => connection.Next());
        }

        [Test]
        public void ItBeatsOnceASecondAndNoticesSilence()
        {
            var connection = Met();
            connection.Tick(0.9);
            Assert.AreEqual(0, connection.Out.Count);
            connection.Tick(1.1);
            Assert.AreEqual(CommandFrame("PING", 0, 0), Taken(connection.Out));
            connection.Heard(2.0);
            connection.Tick(4.9);
            Assert.Throws<ZmtpException>(() => connection.Tick(5.1));
            var silent = new ZmtpConnection(new NullMechanism(), MostBytes, 0);
            silent.Tick(4.9);
            Assert.Throws<ZmtpException>(() => silent.Tick(5.1));
        }

        [Test]
        public void PlainSaysWhoWeAreAndWaitsForItsWelcome()
        {
            var connection = new ZmtpConnection(new PlainMechanism("me", "secret"), MostBytes, 0);
            connection.In.Add(Hello("PLAIN"));
            connection.Next();
            var said = Encoding.ASCII.GetString(Taken(connection.Out));
            Assert.IsTrue(said.EndsWith("\u0005HELLO\u0002me\u0006secret"), said);
            connection.In.Add(CommandFrame("WELCOME"));
            Assert.AreEqual(ZmtpEvent.None, connection.Next());
            Assert.IsTrue(Encoding.ASCII.GetString(Taken(connection.Out)).Contains("INITIATE"));
            connection.In.Add(Ready());
            Assert.AreEqual(ZmtpEvent.Ready, connection.Next());
        }
    }
}
