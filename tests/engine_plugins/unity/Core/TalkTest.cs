using System.Collections.Generic;
using NUnit.Framework;
using PoseBridge.Core;

namespace PoseBridge.Tests
{
    /// <summary>The conversation on the control socket, without a socket.</summary>
    [TestFixture]
    public sealed class TalkTest
    {
        private ulong _numbers;
        private List<ClientEvent> _heard;
        private Talk _talk;

        [SetUp]
        public void Begin()
        {
            _numbers = 0;
            _heard = new List<ClientEvent>();
            _talk = new Talk("token", "a test", Number, _heard.Add);
        }

        [Test]
        public void WhatIsAskedWaitsForTheGreeting()
        {
            _talk.Ask(Asked(new GetStatus()));
            _talk.Connected(0);
            _talk.Tick(0);
            var hello = (Hello)_talk.Out.Dequeue().Body;
            Assert.AreEqual("token", hello.Token);
            Assert.AreEqual(0, _talk.Out.Count);
            Hear(_numbers, Welcome());
            Assert.IsInstanceOf<ConnectedEvent>(_heard[0]);
            _talk.Tick(0.1);
            Assert.IsInstanceOf<GetStatus>(_talk.Out.Dequeue().Body);
        }

        [Test]
        public void AnAnswerReachesWhoAsked()
        {
            Greet();
            var asked = Asked(new GetStatus());
            _talk.Ask(asked);
            _talk.Tick(0);
            Assert.IsTrue(_talk.Awaits(asked.RequestId));
            Hear(asked.RequestId, new Status { Ticks = 7 });
            var answered = (AnsweredEvent)_heard[0];
            Assert.AreEqual(asked.RequestId, answered.Request);
            Hear(asked.RequestId, new Status { Ticks = 8 }); // once is enough, and does not change what was told
            Assert.AreEqual(1, _heard.Count);
            Assert.AreEqual(7UL, ((Status)answered.Body).Ticks);
        }

        [Test]
        public void ARefusalSaysWhenToTryAgain()
        {
            Greet();
            var asked = Asked(new OpenSession());
            _talk.Ask(asked);
            _talk.Tick(0);
            Hear(asked.RequestId, new Error { Code = ErrorCode.Busy, Message = "full", RetryAfterS = 5 });
            var error = (DaemonRefusedException)((FailedEvent)_heard[0]).Error;
            Assert.AreEqual(ErrorCode.Busy, error.Code);
            Assert.AreEqual("full (try again in 5 s)", error.Message);
        }

        [Test]
        public void AnotherVersionEndsIt()
        {
            _talk.Connected(0);
            Assert.Throws<VersionMismatchException>(() =>
                Hear(1, new Error { Code = ErrorCode.ProtocolUnsupported, Message = "2 to 3" }));
            Begin();
            _talk.Connected(0);
            Assert.Throws<VersionMismatchException>(() => Hear(1, new Welcome { Protocol = 9 }));
            Begin();
            _talk.Connected(0);
            Assert.Throws<DaemonRefusedException>(() => Hear(1, new Error { Code = ErrorCode.TokenWrong }));
        }

        [Test]
        public void WhoIsForgottenGreetsAndAsksAgain()
        {
            Greet();
            var asked = Asked(new GetStatus());
            _talk.Ask(asked);
            _talk.Tick(0);
            _talk.Out.Clear();
            Hear(asked.RequestId, new Error { Code = ErrorCode.HelloNeeded });
            Assert.IsInstanceOf<Hello>(_talk.Out.Dequeue().Body);
            Assert.AreSame(asked, _talk.Out.Dequeue());
            Assert.AreEqual(0, _heard.Count);
        }

        [Test]
        public void ACutFailsWhatWasAskedAndKeepsWhatWaits()
        {
            Greet();
            var asked = Asked(new GetStatus());
            _talk.Ask(asked);
            _talk.Tick(0);
            var waits = Asked(new StartRecording());
            _talk.Ask(waits);
            _talk.Cut();
            Assert.AreEqual(asked.RequestId, ((FailedEvent)_heard[0]).Request);
            Assert.IsFalse(_talk.Awaits(asked.RequestId));
            Assert.IsTrue(_talk.Awaits(waits.RequestId));
            Assert.AreEqual(0, _talk.Out.Count);
        }

        [Test]
        public void WhatTheDaemonDoesNotTakeIsNotSent()
        {
            Greet();
            _talk.Ask(Asked(new Hello { Token = new string('x', 70000) }));
            _talk.Tick(0);
            Assert.AreEqual(ErrorCode.TooLarge, ((DaemonRefusedException)((FailedEvent)_heard[0]).Error).Code);
        }

        [Test]
        public void SilenceEndsIt()
        {
            _talk.Connected(0);
            _talk.Tick(4.9);
            Assert.Throws<DaemonMissingException>(() => _talk.Tick(5.1));
            Begin();
            Greet();
            _talk.Tick(3.4);
            Assert.Throws<DaemonMissingException>(() => _talk.Tick(3.6));
        }

        [Test]
        public void TheDaemonsHealthMakesNoGarbage()
        {
            Greet();
            var heartbeat = Bytes(0, new Heartbeat { ServerTimeNs = 5, Engine = EngineState.Restarting });
            var pong = Bytes(3, new Pong { ClientSentNs = 1, ServerReceivedNs = 2, ServerSentNs = 3,
                                           Engine = EngineState.Ready });
            var nowS = 1.0;
            var restarting = true;
            System.Action seconds = () =>
            {
                for (var one = 0; one < 50; one++, nowS += 1)
                {
                    _talk.Hear(heartbeat, 0, heartbeat.Length, nowS);
                    restarting &= _talk.Engine == EngineState.Restarting;
                    _talk.Hear(pong, 0, pong.Length, nowS);
                    _talk.Tick(nowS);
                    while (_talk.Out.Count > 0) _talk.Out.Dequeue();
                }
            };
            seconds();
            Assert.AreEqual(0, Garbage.Of(seconds));
            Assert.AreEqual(EngineState.Ready, _talk.Engine);
            Assert.IsTrue(restarting);
            Assert.IsTrue(_talk.Clock.Known);
        }

        private void Greet()
        {
            _talk.Connected(0);
            Hear(_numbers, Welcome());
            _talk.Tick(0);
            _talk.Out.Clear();
            _heard.Clear();
        }

        private ulong Number()
        {
            return ++_numbers;
        }

        private ClientMessage Asked(Message body)
        {
            return new ClientMessage { RequestId = Number(), Body = body };
        }

        private void Hear(ulong request, Message body)
        {
            var data = Bytes(request, body);
            _talk.Hear(data, 0, data.Length, 0);
        }

        private static byte[] Bytes(ulong request, Message body)
        {
            return new ServerMessage { RequestId = request, Body = body }.Encode();
        }

        private static Welcome Welcome()
        {
            return new Welcome { Protocol = 1, Limits = new Limits { ControlMessageBytes = 65536 } };
        }
    }
}
