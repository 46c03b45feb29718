using System;
using System.Collections.Generic;
using PoseBridge.Core;
using UnityEngine;

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
        [Tooltip("None, and no Animator: they are found by their names, if the rig is of a family that is known.")]
        private AvatarBone[] _bones = new AvatarBone[0];

        [SerializeField]
        private AvatarSettings _settings = new AvatarSettings();

        [SerializeField]
        private AvatarEvents _events = new AvatarEvents();

        private Wearer _wearer; // found while it runs
        private string _fault;

        public PoseBridgeConnection Connection { get { return _connection; } }

        public TrackerSource Trackers { get { return _trackers; } }

        public Animator Animator
        {
            get { return _animator; }
            set { _animator = value; }
        }

        public IList<AvatarBone> Bones
        {
            get { return _bones; }
            set { _bones = new List<AvatarBone>(value).ToArray(); }
        }

        public AvatarSettings Settings { get { return _settings; } }

        public AvatarEvents Events { get { return _events; } }

        /// <summary>Its session and figures; null while it is disabled or cannot run.</summary>
        public AvatarLink Link { get; private set; }

        /// <summary>What it moves; null before it was enabled.</summary>
        public AvatarBody Body { get; private set; }

        /// <summary>What keeps it from moving, in one sentence; null where nothing does.</summary>
        public string Problem { get { return Link == null ? _fault : Link.Problem; } }

        private Transform Root { get { return _animator == null ? transform : _animator.transform; } }

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
            var wearer = _wearer ?? KeptWearers.Of(_settings);
            if (_animator != null)
                return new AvatarBody(Root, _animator.avatar, HumanoidBones.Read(_animator), _settings.heightM, wearer);
            var bones = _bones.Length > 0 ? new List<AvatarBone>(_bones) : MatchBones();
            return new AvatarBody(Root, null, bones, _settings.heightM, wearer);
        }

        /// <summary>The bones below it by their names. RigException where they are of no family that is known.
        /// </summary>
        public List<AvatarBone> MatchBones()
        {
            return new RigReader(Root, null).MatchNames();
        }

        /// <summary>Whoever wears the trackers stands upright and still for two seconds: then their height is known,
        /// and the body is solved for it. CalibrationException where it does not run or no tracker is on the head.
        /// </summary>
        public void Calibrate()
        {
            if (Link == null) throw new CalibrationException("the avatar does not run");
            Link.Standing = new StandingStill(Link.Told);
        }

        /// <summary>Solves for whom `posebridge calibrate --out me.json` found: bones and mounts.
        /// CalibrationException for another text.</summary>
        public void Wear(string calibration)
        {
            if (Link == null) throw new CalibrationException("the avatar does not run");
            Wear(Wearer.Read(calibration).After(Link.Told));
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
            if (Link.Standing != null && Link.Standing.IsDone)
            {
                Stood(Link.Standing);
                return;
            }
            if (Link.StateChanged) _events.Tell(Link.State);
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
            if (_connection == null && _trackers == null) return; // added by code, which will assign them
            try
            {
                if (_connection == null || _trackers == null)
                    throw new RigException("the avatar needs a connection and trackers");
                Body = MakeBody();
                Link = new AvatarLink(_connection, _trackers, Body.Wearer, name, _settings.record);
                _fault = null;
            }
            catch (Exception error) when (error is RigException || error is CalibrationException)
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

        private void Stood(StandingStill standing)
        {
            Link.Standing = null;
            Wear(Wearer.Tall(Body.OffsetsM, standing.HeadHeightM));
            _events.Stood(standing);
        }

        private void Wear(Wearer wearer)
        {
            _wearer = wearer;
            KeptWearers.Keep(_settings.wearer, wearer);
            _connection.Acquire(); // or it would be closed and opened anew
            OnDisable();
            OnEnable();
            _connection.Release();
            _events.calibrated.Invoke();
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
    }
}
