using System;
using System.Collections.Generic;
using System.IO;
using NUnit.Framework;
using PoseBridge.Core;

namespace PoseBridge.Tests
{
    [TestFixture]
    public sealed class MessagesTest
    {
        private static readonly WireReader Reader = new WireReader();

        private static IEnumerable<TestCaseData> Cases()
        {
            foreach (var one in Vectors.List(Vectors.Read("wire.json"), "cases"))
                yield return new TestCaseData(one).SetName("vector " + Vectors.Name(one));
        }

        [TestCaseSource("Cases")]
        public void ASharedCaseIsReadAndWritten(Dictionary<string, object> one)
        {
            var data = File.ReadAllBytes(Path.Combine(Vectors.Folder, "wire", one["name"] + ".bin"));
            var wanted = MessageFromJson.Make((string)one["message"], one["fields"]);
            Assert.AreEqual(data, wanted.Encode());
            var read = (Message)Activator.CreateInstance(wanted.GetType());
            read.Decode(Reader, data, 0, data.Length);
            Assert.IsTrue(MessageFromJson.Same(wanted, read));
            Assert.AreEqual(data, read.Encode());
        }

        [Test]
        public void PresenceIsKept()
        {
            var zero = new Error { Sequence = 0 }.Encode();
            Assert.AreEqual(2, zero.Length);
            var read = new Error();
            read.Decode(Reader, zero, 0, zero.Length);
            Assert.AreEqual(0UL, read.Sequence);
            read.Decode(Reader, zero, 0, 0);
            Assert.IsNull(read.Sequence);
        }

        [Test]
        public void AWrongKindInAOneofIsNotWritten()
        {
            Assert.Throws<ArgumentException>(() => new ClientMessage { Body = new Status() }.Encode());
            Assert.Throws<System.Text.EncoderFallbackException>(() => new Hello { Token = "\ud800" }.Encode());
        }

        [Test]
        public void AMessageReadAgainKeepsNothingOfTheLast()
        {
            var message = new ServerMessage();
            var pose = new ServerMessage { Body = new PoseFrame { Sequence = 7, Measured = 3 } };
            ((PoseFrame)pose.Body).LocalXyzw.Set(new float[88]);
            var first = pose.Encode();
            message.Decode(Reader, first, 0, first.Length);
            var kept = message.Body;
            Assert.AreEqual(88, ((PoseFrame)kept).LocalXyzw.Count);
            var second = new ServerMessage { Body = new PoseFrame { TimeNs = 5 } }.Encode();
            message.Decode(Reader, second, 0, second.Length);
            Assert.AreSame(kept, message.Body);
            Assert.AreEqual(second, message.Encode());
        }

        [Test]
        public void AWriterGrowsWithoutLosingWhatItHas()
        {
            var message = new RecordingStarted();
            for (var one = 0; one < 300; one++) message.Files.Add(new string('x', one));
            var data = message.Encode();
            var read = new RecordingStarted();
            read.Decode(Reader, data, 0, data.Length);
            Assert.AreEqual(message.Files, read.Files);
            var watch = new Watch();
            for (ulong one = 0; one < 2000; one++) watch.Known.Add(one * one * one);
            data = watch.Encode();
            var known = new Watch();
            known.Decode(Reader, data, 0, data.Length);
            Assert.AreEqual(watch.Known, known.Known);
        }

        [Test]
        public void LiveFramesAreReadAndWrittenWithoutGarbage()
        {
            var pose = File.ReadAllBytes(Path.Combine(Vectors.Folder, "wire", "pose_frame.bin"));
            var frame = File.ReadAllBytes(Path.Combine(Vectors.Folder, "wire", "tracker_frame.bin"));
            var heard = new ServerMessage();
            var said = new ClientMessage();
            said.Decode(Reader, frame, 0, frame.Length);
            var writer = new WireWriter();
            long garbage = -1;
            for (var round = 0; round < 3; round++)
                garbage = Garbage.Of(() =>
                {
                    for (var one = 0; one < 1000; one++)
                    {
                        heard.Decode(Reader, pose, 0, pose.Length);
                        writer.Clear();
                        said.WriteFields(writer);
                    }
                });
            Assert.AreEqual(frame, writer.ToArray());
            Assert.AreEqual(0, garbage);
        }
    }
}
