using System;
using System.Collections.Generic;
using System.Reflection;
using System.Threading;
using PoseBridge.Core;
using UnityEngine;

namespace PoseBridge.Probe
{
    /// <summary>A scene of stubs that runs as Unity runs one: components are enabled, updated each frame, disabled. Avatars
    /// share one connection; each stands on the same three transforms.</summary>
    public sealed class Scene
    {
        private readonly List<MonoBehaviour> _components = new List<MonoBehaviour>();

        public Scene(int avatars)
        {
            Connection = ScriptableObject.CreateInstance<PoseBridgeConnection>();
            Head = new GameObject("head").transform;
            LeftHand = new GameObject("left hand").transform;
            RightHand = new GameObject("right hand").transform;
            var trackers = Add(new GameObject("trackers").AddComponent<TransformTrackers>());
            trackers.Assign(Head, LeftHand, RightHand);
            trackers.HeadsetAndControllers = false;
            for (var one = 0; one < avatars; one++)
            {
                var avatar = Skeletal.Hierarchy("avatar " + one, 1 + 0.2 * one);
                var component = Add(avatar.AddComponent<PoseBridgeAvatar>());
                component.Assign(Connection, trackers, null, Skeletal.Bones(avatar));
                component.Events.connected.AddListener(() => Console.WriteLine(component.name + " connected"));
                component.Events.stale.AddListener(() => Console.WriteLine(component.name + " stale"));
                component.Events.lost.AddListener(() => Console.WriteLine(component.name + " lost"));
                component.Events.calibrated.AddListener(() => Console.WriteLine(component.name + " calibrated"));
                Avatars.Add(component);
            }
            Recorder = Add(new GameObject("recorder").AddComponent<SessionRecorder>());
            Recorder.Assign(Connection);
            Move(0);
        }

        public PoseBridgeConnection Connection { get; }

        public List<PoseBridgeAvatar> Avatars { get; } = new List<PoseBridgeAvatar>();

        public SessionRecorder Recorder { get; }

        public Transform Head { get; }

        public Transform LeftHand { get; }

        public Transform RightHand { get; }

        /// <summary>Of somebody as tall as a neutral adult: 1. Not zero: they stand still, as people do.</summary>
        public double StandsTall { get; set; }

        /// <summary>Somebody in the T-pose who walks ahead and back.</summary>
        public void Move(double timeS)
        {
            var ahead = (float)((StandsTall > 0 ? 0.002 : 0.3) * Math.Sin(timeS));
            var size = StandsTall > 0 ? (float)StandsTall : 1;
            Head.position = new Vector3(0, 1.52f, 0.005f + ahead) * size;
            LeftHand.position = new Vector3(-0.68f, 1.385f, -0.075f + ahead) * size;
            RightHand.position = new Vector3(0.68f, 1.385f, -0.075f + ahead) * size;
        }

        public void Enable()
        {
            foreach (var one in _components) Call(one, "OnEnable");
        }

        public void Disable()
        {
            for (var one = _components.Count - 1; one >= 0; one--) Call(_components[one], "OnDisable");
        }

        /// <summary>A frame of the game loop. Without garbage of its own: avatars are advanced as their LateUpdate does.
        /// </summary>
        public void Frame()
        {
            Time.frameCount++;
            Move(MonotonicClock.NowS);
            for (var one = 0; one < Avatars.Count; one++) Avatars[one].Advance(MonotonicClock.NowS);
            Thread.Sleep(11);
        }

        private T Add<T>(T component) where T : MonoBehaviour
        {
            _components.Add(component);
            return component;
        }

        /// <summary>As Unity calls its messages, which are private.</summary>
        private static void Call(MonoBehaviour one, string message)
        {
            var method = one.GetType().GetMethod(message, BindingFlags.Instance | BindingFlags.NonPublic);
            if (method != null) method.Invoke(one, null);
        }
    }
}
