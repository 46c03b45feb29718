using System;
using System.Collections.Generic;

namespace UnityEngine
{
    public class Object
    {
        public string name = "";
    }

    public class TextAsset : Object
    {
        public TextAsset() : this("")
        {
        }

        public TextAsset(string text)
        {
            this.text = text;
        }

        public string text { get; }

        public byte[] bytes { get; set; }
    }

    public class ScriptableObject : Object
    {
        public static T CreateInstance<T>() where T : ScriptableObject, new() { return new T(); }
    }

    /// <summary>A place in a hierarchy, with its components.</summary>
    public sealed class GameObject : Object
    {
        private readonly List<Component> _components = new List<Component>();

        public GameObject(string name)
        {
            this.name = name;
            transform = new Transform();
            Attach(transform);
        }

        public Transform transform { get; }

        /// <summary>Of the object alone; tests of hierarchies set what they ask.</summary>
        public bool activeInHierarchy { get; set; } = true;

        public bool activeSelf { get { return activeInHierarchy; } }

        public static GameObject CreatePrimitive(PrimitiveType type) { return new GameObject(type.ToString()); }

        /// <summary>Its components are told.</summary>
        public void SetActive(bool active)
        {
            if (active == activeInHierarchy) return;
            activeInHierarchy = active;
            foreach (var one in _components.ToArray()) Messages.Send(one, active ? "OnEnable" : "OnDisable");
        }

        public T AddComponent<T>() where T : Component, new()
        {
            var one = new T();
            Attach(one);
            return one;
        }

        public T GetComponent<T>() where T : class
        {
            foreach (var one in _components)
                if (one is T) return one as T;
            return null;
        }

        private void Attach(Component one)
        {
            one.gameObject = this;
            one.name = name;
            _components.Add(one);
        }
    }

    public class Component : Object
    {
        public GameObject gameObject { get; internal set; }

        public Transform transform { get { return gameObject.transform; } }

        public T GetComponent<T>() where T : class { return gameObject.GetComponent<T>(); }
    }

    public class Behaviour : Component
    {
        public bool enabled { get; set; } = true;

        public bool isActiveAndEnabled { get { return enabled && gameObject.activeInHierarchy; } }
    }

    public class MonoBehaviour : Behaviour
    {
    }

    public sealed class Transform : Component
    {
        private readonly List<Transform> _children = new List<Transform>();
        private Transform _parent;

        public Vector3 localPosition { get; set; }

        public Quaternion localRotation { get; set; } = Quaternion.identity;

        public Vector3 localScale { get; set; } = Vector3.one;

        public int childCount { get { return _children.Count; } }

        public Transform parent
        {
            get { return _parent; }
            set
            {
                if (_parent != null) _parent._children.Remove(this);
                _parent = value;
                if (value != null) value._children.Add(this);
            }
        }

        public Quaternion rotation
        {
            get { return _parent == null ? localRotation : _parent.rotation * localRotation; }
            set { localRotation = _parent == null ? value : Quaternion.Inverse(_parent.rotation) * value; }
        }

        public Vector3 position
        {
            get { return _parent == null ? localPosition : _parent.TransformPoint(localPosition); }
            set { localPosition = _parent == null ? value : _parent.InverseTransformPoint(value); }
        }

        public Vector3 lossyScale
        {
            get { return _parent == null ? localScale : Vector3.Scale(_parent.lossyScale, localScale); }
        }

        public void SetParent(Transform to, bool worldPositionStays) { parent = to; }

        public Transform GetChild(int index) { return _children[index]; }

        public Vector3 TransformPoint(Vector3 point)
        {
            return position + rotation * Vector3.Scale(lossyScale, point);
        }

        public Vector3 InverseTransformPoint(Vector3 point)
        {
            var away = Quaternion.Inverse(rotation) * (point - position);
            var scale = lossyScale;
            return new Vector3(away.x / scale.x, away.y / scale.y, away.z / scale.z);
        }

        public void SetPositionAndRotation(Vector3 place, Quaternion turn)
        {
            rotation = turn;
            position = place;
        }
    }

    public static class Time
    {
        public static int frameCount { get; set; }

        public static float unscaledDeltaTime { get; set; } = 1f / 72;
    }

    public static class Application
    {
        public static string unityVersion { get { return "stub"; } }

        public static event Events.UnityAction onBeforeRender;

        public static void Render()
        {
            if (onBeforeRender != null) onBeforeRender();
        }

        public static string persistentDataPath { get; set; } = System.IO.Path.GetTempPath();
    }

    public static class Debug
    {
        public static List<string> Said { get; } = new List<string>();

        public static void Log(object message) { Said.Add(message.ToString()); }

        public static void LogWarning(object message, Object context) { Said.Add(message.ToString()); }
    }
}

namespace UnityEngine.Events
{
    public delegate void UnityAction();

    public class UnityEvent
    {
        private UnityAction _listeners = () => { };

        public void AddListener(UnityAction one) { _listeners += one; }

        public void RemoveListener(UnityAction one) { _listeners -= one; }

        public void Invoke() { _listeners(); }
    }
}
