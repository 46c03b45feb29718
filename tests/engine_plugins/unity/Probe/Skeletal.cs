using System.Collections.Generic;
using PoseBridge.Core;
using UnityEngine;

namespace PoseBridge.Probe
{
    /// <summary>A hierarchy with the 22 joints as its bones.</summary>
    public static class Skeletal
    {
        public static GameObject Hierarchy(string name, double size)
        {
            var root = new GameObject(name);
            var bones = new Transform[22];
            for (var joint = 0; joint < 22; joint++)
            {
                bones[joint] = new GameObject(Smpl22.Names[joint]).transform;
                bones[joint].parent = joint == 0 ? root.transform : bones[Smpl22.Parents[joint]];
                bones[joint].localPosition = Axes.ToUnity(Smpl22.NeutralOffsetsM[joint] * size);
            }
            bones[0].localPosition = new Vector3(0, 0.94f * (float)size, 0);
            return root;
        }

        public static AvatarBone[] Bones(GameObject root)
        {
            var found = new List<AvatarBone>();
            Gather(root.transform, found);
            return found.ToArray();
        }

        private static void Gather(Transform parent, List<AvatarBone> found)
        {
            for (var child = 0; child < parent.childCount; child++)
            {
                found.Add(new AvatarBone(parent.GetChild(child), parent.GetChild(child).name, 1));
                Gather(parent.GetChild(child), found);
            }
        }
    }
}
