using System;
using System.Globalization;
using System.IO;
using System.Threading;
using PoseBridge.Core;
using PoseBridge.Samples;
using UnityEngine;

namespace PoseBridge.Probe
{
    /// <summary>The desktop sample for some seconds, its daemon found by the environment: for each avatar, a line with the
    /// poses a second, legs and arms in metres, how far its right hand and its head went about, and how well its head keeps
    /// to the replayed one. Arguments: the session, seconds.</summary>
    public static class SampleErrand
    {
        public static int Run(string[] arguments)
        {
            var demo = new GameObject("demo").AddComponent<DesktopDemo>();
            demo.Assign(new TextAsset { bytes = File.ReadAllBytes(arguments[1]) }, null);
            UnityEngine.Messages.Send(demo, "Awake");
            foreach (var avatar in demo.Avatars) avatar.Settings.mostReadingsHz = 30;
            Run(demo, 60, () => { }); // until the engine is loaded and all of them follow
            var ways = new double[demo.Avatars.Count][];
            for (var one = 0; one < ways.Length; one++) ways[one] = new double[3];
            Run(demo, double.Parse(arguments[2], CultureInfo.InvariantCulture), () =>
            {
                for (var one = 0; one < ways.Length; one++) Add(demo.Avatars[one], demo.Replay, ways[one]);
            });
            for (var one = 0; one < ways.Length; one++) Say(demo.Avatars[one], ways[one]);
            foreach (var avatar in demo.Avatars) avatar.gameObject.SetActive(false);
            return 0;
        }

        private static void Run(DesktopDemo demo, double mostS, Action each)
        {
            var waits = mostS == 60;
            for (var endS = MonotonicClock.NowS + mostS; MonotonicClock.NowS < endS;)
            {
                Time.frameCount++;
                UnityEngine.Messages.Send(demo.Replay, "Update");
                foreach (var avatar in demo.Avatars) UnityEngine.Messages.Send(avatar, "LateUpdate");
                each();
                if (waits && AllFollow(demo)) return;
                Thread.Sleep(16);
            }
        }

        private static bool AllFollow(DesktopDemo demo)
        {
            foreach (var avatar in demo.Avatars)
                if (avatar.Link.State != PoseState.Live) return false;
            return true;
        }

        private static void Add(PoseBridgeAvatar avatar, SessionReplay replay, double[] ways)
        {
            var body = avatar.Body;
            var scale = body.Retargeter.Plan.Scale;
            var hand = Find(avatar.transform, "R_wrist").position - Find(avatar.transform, "pelvis").position;
            ways[0] = Math.Max(ways[0], Math.Abs(hand.y) / scale);
            var head = Find(avatar.transform, "head").position - avatar.transform.position;
            ways[1] = Math.Max(ways[1], head.magnitude);
            if (replay.Transforms[0].gameObject.activeSelf)
                ways[2] = Math.Max(ways[2], Math.Abs(head.y / scale - replay.Transforms[0].position.y));
        }

        private static void Say(PoseBridgeAvatar avatar, double[] ways)
        {
            var offsets = avatar.Body.OffsetsM;
            Console.WriteLine(string.Format(CultureInfo.InvariantCulture,
                "avatar {0:f1} {1:f3} {2:f3} {3:f3} {4:f3} {5:f3}", avatar.Link.PosesHz, Skeleton.LegLength(offsets),
                offsets[18].Length + offsets[20].Length, ways[0], ways[1], ways[2]));
        }

        private static Transform Find(Transform below, string name)
        {
            if (below.name == name) return below;
            for (var child = 0; child < below.childCount; child++)
            {
                var found = Find(below.GetChild(child), name);
                if (found != null) return found;
            }
            return null;
        }
    }
}
