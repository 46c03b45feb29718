using PoseBridge.Core;
using UnityEngine;

namespace PoseBridge.Samples
{
    /// <summary>An avatar of sticks, so that the sample needs no model: 22 bones, called as the joints are, each with a
    /// stick toward the next.</summary>
    public static class StickFigure
    {
        private static readonly int[] Legs = { 4, 5, 7, 8 }, Arms = { 18, 19, 20, 21 };

        /// <summary>An inactive object, to be given its components and switched on.</summary>
        /// <param name="legs">How long legs are, in those of a neutral adult.</param>
        /// <param name="size">Of all of it.</param>
        public static GameObject Make(string name, double legs, double arms, double size)
        {
            var figure = new GameObject(name);
            figure.SetActive(false);
            var bones = new Transform[Smpl22.JointCount];
            var offsets = (Vec3[])Smpl22.NeutralOffsetsM.Clone();
            foreach (var joint in Legs) offsets[joint] = offsets[joint] * legs;
            foreach (var joint in Arms) offsets[joint] = offsets[joint] * arms;
            for (var joint = 0; joint < bones.Length; joint++)
            {
                var parent = Smpl22.Parents[joint];
                bones[joint] = new GameObject(Smpl22.Names[joint]).transform;
                bones[joint].parent = parent < 0 ? figure.transform : bones[parent];
                bones[joint].localPosition = Axes.ToUnity(offsets[joint] * size);
                if (parent >= 0) AddStick(bones[parent], bones[joint].localPosition);
            }
            AddHead(bones[15], (float)size);
            bones[0].localPosition = Axes.ToUnity((Vec3.Up * Skeleton.HipHeight(offsets) - offsets[1]) * size);
            return figure;
        }

        private static void AddStick(Transform bone, Vector3 end)
        {
            var stick = GameObject.CreatePrimitive(PrimitiveType.Cube).transform;
            stick.SetParent(bone, false);
            stick.localPosition = end * 0.5f;
            stick.localRotation = Quaternion.FromToRotation(Vector3.up, end);
            stick.localScale = new Vector3(0.05f, end.magnitude, 0.05f);
        }

        private static void AddHead(Transform head, float size)
        {
            var ball = GameObject.CreatePrimitive(PrimitiveType.Sphere).transform;
            ball.SetParent(head, false);
            ball.localPosition = new Vector3(0, 0.08f, 0.03f) * size;
            ball.localScale = new Vector3(0.17f, 0.23f, 0.2f) * size;
        }
    }
}
