using System;
using PoseBridge.Core;
using UnityEngine;

namespace PoseBridge
{
    /// <summary>A daemon, as an asset that many avatars share. It connects when the first of them is enabled and
    /// closes when the last is gone; in between it finds the daemon again whenever it is lost. It keeps nothing
    /// static, so play mode without a domain reload begins as it should.</summary>
    [CreateAssetMenu(menuName = "PoseBridge/Connection", fileName = "PoseBridge Connection")]
    public sealed class PoseBridgeConnection : ScriptableObject
    {
        [SerializeField]
        [Tooltip("Empty: the daemon of this user on this machine. Else an address, such as that of a PC that a " +
                 "standalone headset reaches.")]
        private string _host = "";

        [SerializeField]
        private int _controlPort;

        [SerializeField]
        private int _livePort;

        [SerializeField]
        [Tooltip("The token that stands in the daemon's connection file.")]
        private string _token = "";

        [SerializeField]
        [Tooltip("Whether the daemon at that address was started with --plain-token.")]
        private bool _plainToken = true;

        [NonSerialized]
        private SteadyClient _client;

        [NonSerialized]
        private int _users, _frame = -1;

        /// <summary>What the daemon says, as it is heard.</summary>
        public event Action<ClientEvent> Heard;

        public LinkState State
        {
            get { return _client == null ? LinkState.Closed : _client.State; }
        }

        /// <summary>Why there is no connection, in one sentence; null where there is one.</summary>
        public string Problem
        {
            get { return _client == null ? null : _client.Problem; }
        }

        /// <summary>Seconds there and back, the daemon's own time apart; negative where unknown.</summary>
        public double RoundTripS
        {
            get { return _client == null ? -1 : _client.RoundTripS; }
        }

        /// <summary>From code, in place of the inspector; before the first avatar is enabled.</summary>
        public void Assign(string host, int controlPort, int livePort, string token, bool plainToken)
        {
            _plainToken = plainToken;
            _host = host;
            _controlPort = controlPort;
            _livePort = livePort;
            _token = token;
        }

        /// <summary>Somebody uses it; as often as that is said, <see cref="Release"/> must be.</summary>
        public void Acquire()
        {
            if (_users++ > 0) return;
            _client = new SteadyClient(Find, "unity " + Application.unityVersion);
            _client.Heard += Tell;
        }

        public void Release()
        {
            if (_users > 0 && --_users == 0) Close();
        }

        public SteadySession Open(SessionSetup setup, bool record)
        {
            return _client == null ? null : _client.OpenSession(setup, record);
        }

        public void Close(SteadySession session)
        {
            if (_client != null && session != null) _client.CloseSession(session);
        }

        /// <summary>Any request of the contract; its number, or 0 where there is no connection.</summary>
        public ulong Ask(Message body)
        {
            return _client == null ? 0 : _client.Ask(body);
        }

        /// <summary>Hears what there is; the first call in a frame does, further ones cost nothing.</summary>
        public void Tick(double nowS)
        {
            if (_client == null || _frame == Time.frameCount) return;
            _frame = Time.frameCount;
            _client.Tick(nowS);
        }

        /// <summary>Ends it for all its users, who then do nothing until they are enabled anew.</summary>
        public void Shut()
        {
            _users = 0;
            Close();
        }

        private void OnDisable()
        {
            Shut();
        }

        private void Close()
        {
            if (_client != null) _client.Close();
            _client = null;
            _frame = -1;
        }

        private ConnectionFile Find()
        {
            return string.IsNullOrEmpty(_host) ? ConnectionFile.Find()
                : new ConnectionFile(_host, _controlPort, _livePort, _token, _plainToken ? "plain" : "null");
        }

        private void Tell(ClientEvent one)
        {
            if (Heard != null) Heard(one);
        }
    }
}
