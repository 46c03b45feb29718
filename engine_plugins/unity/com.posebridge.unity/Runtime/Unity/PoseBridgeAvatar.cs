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
        [Min(0)]
        [Tooltip("Of the person, from the floor to the top of the head, metres. 0: as tall as the avatar.")]
        private float _heightM;

        [SerializeField]
        private Placement _placement = Placement.AtTrackers;

        [SerializeField]
        [Range(0, 1)]
        [Tooltip("0: only the avatar's own animation. 1: only the solved body.")]
        private float _weight = 1;

        [SerializeField]
        [Range(0, 1)]
        [Tooltip("1: hands exactly where the solved body's are, by bending the arms.")]
        private float _handReach = 1;

        [SerializeField]
        private bool _lockFeet = true;

        [SerializeField]
        [Min(0)]
        [Tooltip("How long smoothing takes to do 63 % of a step, seconds. 0: none.")]
        private float _smoothingS;

        [SerializeField]
        [Tooltip("How old the shown pose is, seconds. Negative: as the network asks for. 0: always the newest.")]
        private float _delayS = -1;

        [SerializeField]
        [Min(1)]
        private float _mostReadingsHz = 90;

        [SerializeField]
        [Tooltip("Whether the daemon writes the session to a file.")]
        private bool _record;

        [SerializeField]
        private UnityEvent _onConnected = new UnityEvent();

        [SerializeField]
        private UnityEvent _onStale = new UnityEvent();

        [SerializeField]
        private UnityEvent _onLost = new UnityEvent();

        private AvatarBody _body;
        private AvatarLink _link;
        private string _fault;

        /// <summary>What keeps it from moving, in one sentence; null where nothing does.</summary>
        public string Problem
        {
            get { return _link == null ? _fault : _link.Problem; }
        }

        public PoseState State
        {
            get { return _link == null ? PoseState.Waiting : _link.State; }
        }

        /// <summary>From a reading to its pose, seconds.</summary>
        public double LatencyS
        {
            get { return _link == null ? 0 : _link.Buffer.LatencyS; }
        }

        /// <summary>How sure the shown pose is of a joint: 1 within a centimetre, toward 0 a guess.</summary>
        public float Confidence(Joint joint)
        {
            return _link == null ? 0 : _link.Sample.Confidence[(int)joint - 1];
        }

        public UnityEvent OnConnected
        {
            get { return _onConnected; }
        }

        public UnityEvent OnStale
        {
            get { return _onStale; }
        }

        public UnityEvent OnLost
        {
            get { return _onLost; }
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

        /// <summary>What LateUpdate does: sends, hears, moves the avatar.</summary>
        /// <param name="nowS"><see cref="MonotonicClock"/>.</param>
        public void Advance(double nowS)
        {
            if (_link == null) return;
            _link.Buffer.FixedDelayS = _delayS;
            _link.MostReadingsHz = _mostReadingsHz;
            _link.SmoothingS = _smoothingS;
            var shown = _link.Advance(nowS);
            if (_link.StateChanged) Announce();
            var weight = (float)(_weight * _link.Weight);
            var animated = _animator != null && _animator.runtimeAnimatorController != null;
            if (!shown || weight <= 0) return;
            if (_placement == Placement.AtTrackers) Place();
            var options = _body.Retargeter.Options;
            options.HandReach[0] = options.HandReach[1] = _handReach;
            _body.Retargeter.Feet.Enabled = _lockFeet;
            _body.Apply(_link.Sample, weight, animated);
        }

        private void OnEnable()
        {
            try
            {
                if (_connection == null || _trackers == null)
                    throw new RigException("the avatar needs a connection and trackers");
                var bones = _animator == null ? new List<AvatarBone>(_bones) : HumanoidBones.Read(_animator);
                var root = _animator == null ? transform : _animator.transform;
                _body = new AvatarBody(root, _animator == null ? null : _animator.avatar, bones, _heightM);
                _link = new AvatarLink(_connection, _trackers, _body.OffsetsM, name, _record);
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
            if (_link == null) return;
            _link.Close();
            _link = null;
            _body.Rest();
        }

        private void LateUpdate()
        {
            Advance(MonotonicClock.NowS);
        }

        private void Place()
        {
            var root = _animator == null ? transform : _animator.transform;
            var origin = _trackers.Origin;
            if (origin == null) root.SetPositionAndRotation(Vector3.zero, Quaternion.identity);
            else root.SetPositionAndRotation(origin.position, origin.rotation);
        }

        private void Announce()
        {
            if (_link.State == PoseState.Live) _onConnected.Invoke();
            else if (_link.State == PoseState.Stale) _onStale.Invoke();
            else if (_link.State == PoseState.Lost) _onLost.Invoke();
        }
    }
}
