using UnityEngine;
using UnityEngine.XR;

namespace PoseBridge.Samples
{
    /// <summary>The least that an XR rig is: this object is the tracking space, on the floor; its camera is the
    /// wearer's head; an avatar is where the wearer is. Stand upright and still for two seconds, and the body is as
    /// tall as you are.</summary>
    public sealed class XrRig : MonoBehaviour
    {
        [SerializeField]
        private PoseBridgeConnection _connection;

        [SerializeField]
        [Tooltip("A Humanoid, or a rig whose bones have names that are known. It is moved to where you are.")]
        private GameObject _avatar;

        [SerializeField]
        [Tooltip("Below this object.")]
        private Camera _camera;

        public PoseBridgeAvatar Avatar { get; private set; }

        /// <summary>From code, while it is disabled.</summary>
        public void Assign(PoseBridgeConnection connection, GameObject avatar, Camera camera)
        {
            _connection = connection;
            _avatar = avatar;
            _camera = camera;
        }

        private void OnEnable()
        {
            Application.onBeforeRender += Look; // once more, as late as may be
            _avatar.SetActive(false);
            var trackers = GetComponent<XrTrackers>();
            if (trackers == null) trackers = gameObject.AddComponent<XrTrackers>();
            trackers.Assign(transform);
            Avatar = _avatar.GetComponent<PoseBridgeAvatar>();
            if (Avatar == null) Avatar = _avatar.AddComponent<PoseBridgeAvatar>();
            var animator = _avatar.GetComponent<Animator>();
            Avatar.Assign(_connection, trackers, animator != null && animator.isHuman ? animator : null);
            Avatar.Events.connected.AddListener(Measure);
            _avatar.SetActive(true);
        }

        private void OnDisable()
        {
            Application.onBeforeRender -= Look;
            Avatar.Events.connected.RemoveListener(Measure);
            _avatar.SetActive(false);
        }

        private void Update()
        {
            Look();
        }

        /// <summary>Once: who has been measured is not measured again.</summary>
        private void Measure()
        {
            Avatar.Events.connected.RemoveListener(Measure);
            Avatar.Calibrate();
        }

        private void Look()
        {
            var eyes = InputDevices.GetDeviceAtXRNode(XRNode.CenterEye);
            Vector3 place;
            Quaternion turn;
            var view = _camera.transform;
            if (eyes.TryGetFeatureValue(CommonUsages.devicePosition, out place)) view.localPosition = place;
            if (eyes.TryGetFeatureValue(CommonUsages.deviceRotation, out turn)) view.localRotation = turn;
        }
    }
}
