using System.Collections.Generic;
using PoseBridge.Core;
using UnityEngine;
using UnityEngine.Events;

namespace PoseBridge
{
    /// <summary>An avatar whose body follows a few trackers: a Humanoid, or a list of bones. It sends their readings,
    /// and after the Animator has had its turn it writes the solved body over it.</summary>
    [AddComponentMenu("PoseBridge/Avatar")]
    [DisallowMultipleComponent]
    [DefaultExecutionOrder(1000)]
    public sealed class PoseBridgeAvatar : MonoBehaviour
    {
        [SerializeField]
        private PoseBridgeConnection _connection;

        [SerializeField]
        private TrackerSource _trackers;

        [SerializeField]
        [Tooltip("A Humanoid. None: the bones below are taken.")]
        private Animator _animator;

        [SerializeField]
        private AvatarBone[] _bones = new AvatarBone[0];

        [SerializeField]
        private AvatarSettings _settings = new AvatarSettings();

        [SerializeField]
        private UnityEvent _onConnected = new UnityEvent();

        [SerializeField]
        private UnityEvent _onStale = new UnityEvent();

        [SerializeField]
        private UnityEvent _onLost = new UnityEvent();

        private string _fault;

        public PoseBridgeConnection Connection
        {
            get { return _connection; }
        }

        public TrackerSource Trackers
        {
            get { return _trackers; }
        }

        public Animator Animator
        {
            get { return _animator; }
            set { _animator = value; }
        }

        public IList<AvatarBone> Bones
        {
            get { return _bones; }
        }

        public AvatarSettings Settings
        {
            get { return _settings; }
        }

        /// <summary>Poses came, for the first time or again.</summary>
        public UnityEvent OnConnected
        {
            get { return _onConnected; }
        }

        /// <summary>None came for a moment: it holds still.</summary>
        public UnityEvent OnStale
        {
            get { return _onStale; }
        }

        /// <summary>None came for long: it fades to its own animation.</summary>
        public UnityEvent OnLost
        {
            get { return _onLost; }
        }

        /// <summary>Its session and figures; null while it is disabled or cannot run.</summary>
        public AvatarLink Link { get; private set; }

        /// <summary>What it moves; null before it was enabled.</summary>
        public AvatarBody Body { get; private set; }

        /// <summary>What keeps it from moving, in one sentence; null where nothing does.</summary>
        public string Problem
        {
            get { return Link == null ? _fault : Link.Problem; }
        }

        private Transform Root
        {
            get { return _animator == null ? transform : _animator.transform; }
        }

        /// <summary>From code, in place of the inspector, while it is disabled.</summary>
        public void Assign(PoseBridgeConnection connection, TrackerSource trackers, Animator animator,
                           params AvatarBone[] bones)
        {
            _connection = connection;
            _trackers = trackers;
            _animator = animator;
            _bones = bones;
        }

        /// <summary>How sure the shown pose is of a joint: 1 within a centimetre, toward 0 a guess.</summary>
        public float Confidence(Joint joint)
        {
            return Link == null ? 0 : Link.Sample.Confidence[(int)joint - 1];
        }

        /// <summary>Its bones as a body, as they are now. RigException says what is wrong with them.</summary>
        public AvatarBody MakeBody()
        {
            var bones = _animator == null ? new List<AvatarBone>(_bones) : HumanoidBones.Read(_animator);
            return new AvatarBody(Root, _animator == null ? null : _animator.avatar, bones, _settings.heightM);
        }

        /// <summary>What LateUpdate does: sends, hears, moves the avatar.</summary>
        /// <param name="nowS"><see cref="MonotonicClock"/>.</param>
        public void Advance(double nowS)
        {
            if (Link == null) return;
            Link.Buffer.FixedDelayS = _settings.delayS;
            Link.MostReadingsHz = _settings.mostReadingsHz;
            Link.SmoothingS = _settings.smoothingS;
            var shown = Link.Advance(nowS);
            if (Link.StateChanged) Announce();
            var weight = (float)(_settings.weight * Link.Weight);
            if (!shown || weight <= 0) return;
            if (_settings.placement == Placement.AtTrackers) Place();
            var options = Body.Retargeter.Options;
            options.HandReach[0] = options.HandReach[1] = _settings.handReach;
            Body.Retargeter.Feet.Enabled = _settings.lockFeet;
            Body.Apply(Link.Sample, weight, _animator != null && _animator.runtimeAnimatorController != null);
        }

        private void OnEnable()
        {
            try
            {
                if (_connection == null || _trackers == null)
                    throw new RigException("the avatar needs a connection and trackers");
                Body = MakeBody();
                Link = new AvatarLink(_connection, _trackers, Body.OffsetsM, name, _settings.record);
                _fault = null;
            }
            catch (RigException error)
            {
                _fault = error.Message;
                Debug.LogWarning("PoseBridge: " + name + ": " + error.Message, this);
            }
        }

        private void OnDisable()
        {
            if (Link == null) return;
            Link.Close();
            Link = null;
            Body.Rest();
        }

        private void LateUpdate()
        {
            Advance(MonotonicClock.NowS);
        }

        private void Place()
        {
            var origin = _trackers.Origin;
            if (origin == null) Root.SetPositionAndRotation(Vector3.zero, Quaternion.identity);
            else Root.SetPositionAndRotation(origin.position, origin.rotation);
        }

        private void Announce()
        {
            if (Link.State == PoseState.Live) _onConnected.Invoke();
            else if (Link.State == PoseState.Stale) _onStale.Invoke();
            else if (Link.State == PoseState.Lost) _onLost.Invoke();
        }
    }
}
