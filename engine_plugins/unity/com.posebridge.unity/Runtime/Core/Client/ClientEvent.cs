using System.Collections.Generic;

namespace PoseBridge.Core
{
    /// <summary>What a client tells its caller, in the order it happened.</summary>
    public abstract class ClientEvent
    {
    }

    /// <summary>The daemon has greeted us; after a cut, once more.</summary>
    public sealed class ConnectedEvent : ClientEvent
    {
        public ConnectedEvent(Welcome welcome)
        {
            Welcome = welcome;
        }

        public Welcome Welcome { get; }
    }

    /// <summary>A request has its answer.</summary>
    public sealed class AnsweredEvent : ClientEvent
    {
        public AnsweredEvent(ulong request, Message body, LiveSession session = null)
        {
            Request = request;
            Body = body;
            Session = session;
        }

        /// <summary>The session that was opened, where one was; else null.</summary>
        public LiveSession Session { get; }

        public ulong Request { get; }

        public Message Body { get; }
    }

    /// <summary>A request will have no answer. Request 0: a live frame was refused; the session goes on unless it is
    /// unknown to the daemon.</summary>
    public sealed class FailedEvent : ClientEvent
    {
        public FailedEvent(ulong request, DaemonException error, LiveSession session = null)
        {
            Request = request;
            Error = error;
            Session = session;
        }

        /// <summary>The session that was to be opened, or whose frame was refused; else null.</summary>
        public LiveSession Session { get; }

        public ulong Request { get; }

        public DaemonException Error { get; }
    }

    /// <summary>A connection broke and is being mended.</summary>
    public sealed class CutEvent : ClientEvent
    {
        public CutEvent(string why, bool ofControl)
        {
            Why = why;
            OfControl = ofControl;
        }

        /// <summary>Of the control line, which is greeted anew; else of the live one.</summary>
        public bool OfControl { get; }

        public string Why { get; }
    }

    /// <summary>The daemon finishes what runs and takes nothing new.</summary>
    public sealed class LeavingEvent : ClientEvent
    {
        public LeavingEvent(string reason)
        {
            Reason = reason;
        }

        public string Reason { get; }
    }

    /// <summary>The last event. No error: the caller closed the client.</summary>
    public sealed class EndedEvent : ClientEvent
    {
        public EndedEvent(DaemonException error)
        {
            Error = error;
        }

        public DaemonException Error { get; }
    }

    /// <summary>Where events lie until the caller comes: filled by one thread, emptied by another.</summary>
    public sealed class EventBox
    {
        public const int Most = 10000; // beyond, the oldest are lost

        private readonly Queue<ClientEvent> _events = new Queue<ClientEvent>();

        public void Add(ClientEvent one)
        {
            lock (_events)
            {
                if (_events.Count == Most) _events.Dequeue();
                _events.Enqueue(one);
            }
        }

        /// <summary>The oldest that was not taken yet, or null.</summary>
        public ClientEvent Take()
        {
            lock (_events) return _events.Count > 0 ? _events.Dequeue() : null;
        }
    }
}
