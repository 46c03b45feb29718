using System;
using System.IO;
using System.Text;
using PoseBridge.Core;
using UnityEngine;

namespace PoseBridge.Samples
{
    /// <summary>Moves three transforms as a headset and two controllers once moved, over and over. One that was lost is
    /// inactive meanwhile. The file has a rate, the wearer's height, then places and rotations.</summary>
    public sealed class SessionReplay : MonoBehaviour
    {
        private const int Numbers = 7; // of a tracker: place, rotation

        [SerializeField]
        private TextAsset _session;

        private Transform[] _transforms = new Transform[0];
        private float[] _values;
        private float _rateHz;
        private int _frames;

        /// <summary>Of who wore them, metres.</summary>
        public float HeightM { get; private set; }

        /// <summary>Head, left hand, right hand; below this object.</summary>
        public Transform[] Transforms
        {
            get { return _transforms; }
        }

        /// <summary>Makes the transforms and stands at the first frame.</summary>
        public void Load(TextAsset session)
        {
            _session = session;
            using (var reader = new BinaryReader(new MemoryStream(session.bytes)))
            {
                if (Encoding.ASCII.GetString(reader.ReadBytes(4)) != "PBR1")
                    throw new FormatException(session.name + " is no session to replay");
                _rateHz = reader.ReadSingle();
                HeightM = reader.ReadSingle();
                _frames = reader.ReadInt32();
                _transforms = new Transform[reader.ReadInt32()];
                _values = new float[_frames * _transforms.Length * Numbers];
                for (var one = 0; one < _values.Length; one++) _values[one] = reader.ReadSingle();
            }
            var names = new[] { "head", "left hand", "right hand" };
            for (var one = 0; one < _transforms.Length; one++)
            {
                _transforms[one] = new GameObject(names[one]).transform;
                _transforms[one].parent = transform;
            }
            Show(0);
        }

        /// <summary>As they were so many seconds after the beginning.</summary>
        public void Show(double timeS)
        {
            var at = timeS * _rateHz % (_frames - 1);
            for (var one = 0; one < _transforms.Length; one++) Move(one, (int)at, (float)(at - (int)at));
        }

        private void Awake()
        {
            if (_session != null) Load(_session);
        }

        private void Update()
        {
            if (_frames > 0) Show(MonotonicClock.NowS);
        }

        private void Move(int one, int frame, float on)
        {
            var before = (frame * _transforms.Length + one) * Numbers;
            var after = before + _transforms.Length * Numbers;
            var isSeen = !float.IsNaN(_values[before]) && !float.IsNaN(_values[after]);
            if (_transforms[one].gameObject.activeSelf != isSeen) _transforms[one].gameObject.SetActive(isSeen);
            if (!isSeen) return;
            _transforms[one].localPosition = Vector3.Lerp(Place(before), Place(after), on);
            _transforms[one].localRotation = Quaternion.Slerp(Turn(before), Turn(after), on);
        }

        private Vector3 Place(int at)
        {
            return Axes.ToUnity(new Vec3(_values[at], _values[at + 1], _values[at + 2]));
        }

        private Quaternion Turn(int at)
        {
            return Axes.ToUnity(new Quat(_values[at + 3], _values[at + 4], _values[at + 5], _values[at + 6]));
        }
    }
}
