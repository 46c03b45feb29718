using System;
using System.Collections.Generic;

namespace PoseBridge.Core
{
    /// <summary>Sessions that wait for the daemon's answer: the caller's thread asks, the client's hears.</summary>
    internal sealed class Openings
    {
        private readonly Dictionary<ulong, LiveSession> _waiting = new Dictionary<ulong, LiveSession>();
        private readonly LiveHub _live;
        private readonly Action<byte[]> _unwanted;

        /// <param name="unwanted">Told the token of a session that was closed before it was open.</param>
        public Openings(LiveHub live, Action<byte[]> unwanted)
        {
            _live = live;
            _unwanted = unwanted;
        }

        public void Expect(ulong request, LiveSession session)
        {
            lock (_waiting) _waiting[request] = session;
        }

        /// <summary>Opens a session, or gives it up, if this says so; the event, with the session it is
        /// about.</summary>
        public ClientEvent Heed(ClientEvent one)
        {
            var answer = one as AnsweredEvent;
            var failure = one as FailedEvent;
            var session = answer != null ? Taken(answer.Request) : failure != null ? Taken(failure.Request) : null;
            if (session == null) return one;
            if (answer != null) return Opened(session, answer);
            _live.Remove(session);
            return new FailedEvent(failure.Request, failure.Error, session);
        }

        private LiveSession Taken(ulong request)
        {
            LiveSession session;
            lock (_waiting)
            {
                if (_waiting.TryGetValue(request, out session)) _waiting.Remove(request);
            }
            return session;
        }

        private ClientEvent Opened(LiveSession session, AnsweredEvent answer)
        {
            var opened = answer.Body as SessionOpened;
            if (opened == null || opened.Session.Length == 0)
                throw new DaemonRefusedException("the daemon answered OpenSession with " + answer.Body.GetType().Name);
            if (!_live.Open(session, opened)) _unwanted(opened.Session);
            return new AnsweredEvent(answer.Request, opened, session);
        }
    }
}
