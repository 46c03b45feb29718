using System.Collections.Generic;
using UnityEngine;

namespace PoseBridge.Samples
{
    /// <summary>A replayed session of a headset and two controllers drives three avatars of different proportions over
    /// one connection: long legs, as most people, long arms. Start `posebridge serve`, press Play.</summary>
    public sealed class DesktopDemo : MonoBehaviour
    {
        private const float Apart = 1.4f;

        [SerializeField]
        private TextAsset _session;

        [SerializeField]
        [Tooltip("None: the daemon of this user on this machine.")]
        private PoseBridgeConnection _connection;

        private readonly List<PoseBridgeAvatar> _avatars = new List<PoseBridgeAvatar>();

        public IList<PoseBridgeAvatar> Avatars
        {
            get { return _avatars; }
        }

        public SessionReplay Replay { get; private set; }

        /// <summary>From code, before it wakes.</summary>
        public void Assign(TextAsset session, PoseBridgeConnection connection)
        {
            _session = session;
            _connection = connection;
        }

        private void Awake()
        {
            if (_connection == null) _connection = ScriptableObject.CreateInstance<PoseBridgeConnection>();
            Replay = new GameObject("replay").AddComponent<SessionReplay>();
            Replay.Load(_session);
            var trackers = Replay.gameObject.AddComponent<TransformTrackers>();
            trackers.HeadsetAndControllers = false; // the session has been measured at the joints
            trackers.Assign(Replay.Transforms[0], Replay.Transforms[1], Replay.Transforms[2]);
            Add("long legs", trackers, -Apart, StickFigure.Make("long legs", 1.15, 0.95, 1.05));
            Add("neutral", trackers, 0, StickFigure.Make("neutral", 1, 1, 1));
            Add("long arms", trackers, Apart, StickFigure.Make("long arms", 0.85, 1.15, 0.8));
        }

        private void Add(string called, TrackerSource trackers, float aside, GameObject figure)
        {
            figure.transform.position = new Vector3(aside, 0, 0);
            var avatar = figure.AddComponent<PoseBridgeAvatar>();
            avatar.Assign(_connection, trackers, null); // its bones are found by their names
            avatar.Settings.heightM = Replay.HeightM;
            avatar.Settings.placement = Placement.WhereItStands;
            avatar.Events.connected.AddListener(() => Debug.Log(called + " follows"));
            avatar.Events.lost.AddListener(() => Debug.Log(called + ": " + avatar.Problem));
            _avatars.Add(avatar);
            figure.SetActive(true);
        }
    }
}
