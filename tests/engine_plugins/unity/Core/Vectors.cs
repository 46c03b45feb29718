using System;
using System.Collections.Generic;
using System.IO;
using PoseBridge.Core;

namespace PoseBridge.Tests
{
    /// <summary>The cases that all languages share: tests/vectors.</summary>
    public static class Vectors
    {
        public static string Folder
        {
            get { return Environment.GetEnvironmentVariable("POSEBRIDGE_VECTORS"); }
        }

        public static Dictionary<string, object> Read(string file)
        {
            return (Dictionary<string, object>)Json.Parse(File.ReadAllText(Path.Combine(Folder, file)));
        }

        public static List<object> List(object from, string name)
        {
            return (List<object>)((Dictionary<string, object>)from)[name];
        }

        public static string Name(object of)
        {
            return (string)((Dictionary<string, object>)of)["name"];
        }

        public static double[] Numbers(object list)
        {
            return ((List<object>)list).ConvertAll(one => (double)one).ToArray();
        }

        public static Vec3 Vec3(object list)
        {
            var n = Numbers(list);
            return new Vec3(n[0], n[1], n[2]);
        }

        public static Quat Quat(object list)
        {
            var n = Numbers(list);
            return new Quat(n[0], n[1], n[2], n[3]);
        }
    }
}
