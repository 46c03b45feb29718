using System.Collections.Generic;
using PoseBridge.Core;
using UnityEngine;

namespace PoseBridge
{
    /// <summary>Asks the daemon to write all live sessions to files, into the daemon's own folder.</summary>
    [AddComponentMenu("PoseBridge/Session recorder")]
    public sealed class SessionRecorder : MonoBehaviour
    {
        [SerializeField]
        private PoseBridgeConnection _connection;

        private readonly List<string> _files = new List<string>();
        private ulong _asked;

        /// <summary>Whether the daemon said that it records.</summary>
        public bool IsRecording { get; private set; }

        /// <summary>Paths on the daemon's machine, of the recording that runs or ran last.</summary>
        public IList<string> Files
        {
            get { return _files; }
        }

        /// <summary>Why the last request failed; null where it did not.</summary>
        public string Problem { get; private set; }

        public void Assign(PoseBridgeConnection connection)
        {
            _connection = connection;
        }

        public void Begin()
        {
            Ask(new StartRecording());
        }

        public void End()
        {
            Ask(new StopRecording());
        }

        private void OnEnable()
        {
            if (_connection == null) return;
            _connection.Acquire();
            _connection.Heard += Hear;
        }

        private void OnDisable()
        {
            if (_connection == null) return;
            _connection.Heard -= Hear;
            _connection.Release();
        }

        private void Update()
        {
            if (_connection != null) _connection.Tick(MonotonicClock.NowS);
        }

        private void Ask(Message body)
        {
            _asked = _connection == null ? 0 : _connection.Ask(body);
            Problem = _asked == 0 ? "there is no connection to a daemon" : null;
        }

        private void Hear(ClientEvent one)
        {
            var failed = one as FailedEvent;
            var answered = one as AnsweredEvent;
            if (one is EndedEvent) IsRecording = false;
            if (failed != null && failed.Request == _asked && _asked != 0) Problem = failed.Error.Message;
            if (answered == null || answered.Request != _asked) return;
            var started = answered.Body as RecordingStarted;
            var stopped = answered.Body as RecordingStopped;
            if (started == null && stopped == null) return;
            IsRecording = started != null;
            _files.Clear();
            _files.AddRange(started != null ? started.Files : stopped.Files);
        }
    }
}
