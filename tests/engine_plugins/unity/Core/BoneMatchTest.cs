using System;
using System.Collections.Generic;
using System.IO;
using NUnit.Framework;
using PoseBridge.Core;

namespace PoseBridge.Tests
{
    /// <summary>Rigs are known by their bones' names exactly as the Blender extension knows them.</summary>
    [TestFixture]
    public sealed class BoneMatchTest
    {
        [Test]
        public void EveryRigIsMappedAsTheBlenderExtensionMapsIt()
        {
            var file = Environment.GetEnvironmentVariable("POSEBRIDGE_MATCHES");
            var cases = Vectors.List(Json.Parse(File.ReadAllText(file)), "cases");
            var families = new HashSet<string>();
            foreach (Dictionary<string, object> one in cases)
            {
                var rig = RetargetCase.ReadRig((Dictionary<string, object>)one["rig"]);
                if (one.ContainsKey("error")) CheckUnknown(rig, (string)one["error"]);
                else families.Add(Check(rig, (Dictionary<string, object>)one["map"]));
            }
            Assert.Greater(cases.Count, 80);
            Assert.AreEqual(Families.All.Length, families.Count, string.Join(", ", families));
        }

        private static string Check(Rig rig, Dictionary<string, object> expected)
        {
            string family;
            var found = BoneMatch.Find(rig, rig.Names, out family);
            var wanted = RetargetCase.ReadMap(expected);
            var what = family + " of " + rig.Names[0];
            Assert.AreEqual(expected["family"], family, what);
            Assert.AreEqual(wanted.Root, found.Root, what);
            Assert.AreEqual(wanted.Drives.Count, found.Drives.Count, what);
            foreach (var drive in wanted.Drives)
            {
                var ours = found.Drives.Find(one => one.Bone == drive.Bone);
                Assert.IsNotNull(ours, what + ": " + drive.Bone);
                Assert.AreEqual(drive.Joint, ours.Joint, drive.Bone);
                Assert.AreEqual(drive.Share, ours.Share, 1e-5, drive.Bone);
                Assert.AreEqual(drive.Twist, ours.Twist, drive.Bone);
            }
            return family;
        }

        private static void CheckUnknown(Rig rig, string expected)
        {
            Assert.AreEqual(expected, Assert.Throws<RigException>(() => BoneMatch.Find(rig, rig.Names)).Message);
        }

        [TestCase("mixamorig9:LeftUpLeg", "left up leg")]
        [TestCase("DEF-upper_arm.L.001", "def upper arm l 001")]
        [TestCase("J_Bip_C_UpperChest", "j bip c upper chest")]
        [TestCase("lThighBend", "l thigh bend")]
        [TestCase("leftarm", "left arm")]
        [TestCase("左腕", "左 腕")]
        public void NamesAreReadWordByWord(string name, string words)
        {
            Assert.AreEqual(words, string.Join(" ", BoneName.Words(name)));
        }
    }
}
