using System;
using System.Collections.Generic;
using PoseBridge.Core;
using UnityEngine;

namespace PoseBridge
{
    /// <summary>Trackers that are transforms, moved by whatever moves them: a headset and controllers, props, bones.
    /// One that is inactive is not tracked.</summary>
    [AddComponentMenu("PoseBridge/Trackers (Transforms)")]
    public sealed class TransformTrackers : TrackerSource
    {
        /// <summary>A further tracker, on any joint.</summary>
        [Serializable]
        public struct Extra
        {
            public Transform transform;
            public string joint;
        }

        [SerializeField]
        [Tooltip("What the trackers are relative to, on the floor; none: the world.")]
        private Transform _origin;

        [SerializeField]
        private Transform _head;

        [SerializeField]
        private Transform _leftHand;

        [SerializeField]
        private Transform _rightHand;

        [SerializeField]
        private Extra[] _extras = new Extra[0];

        [SerializeField]
        [Tooltip("Off: the transforms are where the joints are and turned as they are. On: they are a headset's and " +
                 "controllers', which sit on head and hands as such devices do, unless a mount below says otherwise.")]
        private bool _headsetAndControllers = true;

        [SerializeField]
        [Tooltip("How the tracker sits in the head: its place from the joint, metres, and its rotation when the " +
                 "wearer stands in the T-pose and looks along +Z. Zero: as above.")]
        private TrackerMount _headMount = TrackerMount.None;

        [SerializeField]
        private TrackerMount _leftHandMount = TrackerMount.None;

        [SerializeField]
        private TrackerMount _rightHandMount = TrackerMount.None;

        [SerializeField]
        [Min(0)]
        [Tooltip("Standard deviation of a reading along each axis, metres.")]
        private float _positionSdM = 0.002f;

        [SerializeField]
        [Min(0)]
        [Tooltip("Standard deviation of a reading, radians.")]
        private float _rotationSdRad = 0.01f;

        [SerializeField]
        [Tooltip("For trackers that jitter: calms them at rest and follows when they move (One-Euro).")]
        private bool _calm;

        private readonly List<Transform> _rows = new List<Transform>();
        private OneEuro[] _filters = new OneEuro[0];

        public override Transform Origin
        {
            get { return _origin; }
        }

        public override int Count
        {
            get { return Rows().Count; }
        }

        /// <summary>Whether the transforms are devices' and not joints'; before the avatar is enabled.</summary>
        public bool HeadsetAndControllers
        {
            get { return _headsetAndControllers; }
            set { _headsetAndControllers = value; }
        }

        /// <summary>From code, in place of the inspector, before the avatar is enabled.</summary>
        public void Assign(Transform head, Transform leftHand, Transform rightHand, Transform origin = null,
                           params Extra[] extras)
        {
            _head = head;
            _leftHand = leftHand;
            _rightHand = rightHand;
            _origin = origin;
            _extras = extras;
            _rows.Clear();
        }

        public override void Describe(SessionSetup setup)
        {
            setup.PositionSdM = _positionSdM;
            setup.RotationSdRad = _rotationSdRad;
            var devices = _headsetAndControllers;
            var none = TrackerMount.None;
            Describe(setup, _head, Joint.Head, _headMount.Or(devices ? TrackerMount.Headset : none));
            Describe(setup, _leftHand, Joint.LWrist, _leftHandMount.Or(devices ? TrackerMount.LeftController : none));
            Describe(setup, _rightHand, Joint.RWrist,
                     _rightHandMount.Or(devices ? TrackerMount.RightController : none));
            foreach (var extra in _extras)
                Describe(setup, extra.transform, (Joint)(Skeleton.IndexOf(extra.joint) + 1), TrackerMount.None);
        }

        public override void Read(TrackerReading reading, double nowS)
        {
            var rows = Rows();
            for (var row = 0; row < rows.Count; row++)
            {
                var place = rows[row].position;
                var turn = rows[row].rotation;
                if (_origin != null)
                {
                    place = Quaternion.Inverse(_origin.rotation) * (place - _origin.position);
                    turn = Quaternion.Inverse(_origin.rotation) * turn;
                }
                Vec3 placeM = Axes.ToProject(place);
                Quat turned = Axes.ToProject(turn);
                var tracked = rows[row].gameObject.activeInHierarchy;
                if (_calm && tracked) _filters[row].Apply(ref placeM, ref turned, nowS);
                reading.Set(row, placeM, turned, tracked, tracked);
            }
        }

        private static void Describe(SessionSetup setup, Transform transform, Joint joint, TrackerMount mount)
        {
            if (transform != null) setup.Trackers.Add(mount.On(joint));
        }

        private List<Transform> Rows()
        {
            if (_rows.Count > 0) return _rows;
            foreach (var one in new[] { _head, _leftHand, _rightHand })
                if (one != null) _rows.Add(one);
            foreach (var extra in _extras)
                if (extra.transform != null) _rows.Add(extra.transform);
            _filters = new OneEuro[_rows.Count];
            for (var row = 0; row < _filters.Length; row++) _filters[row] = new OneEuro();
            return _rows;
        }
    }
}
