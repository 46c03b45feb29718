using System;
using System.IO;
using NUnit.Framework;
using PoseBridge.Core;
using PoseBridge.Editing;
using UnityEditor;
using UnityEngine;

namespace PoseBridge.Tests
{
    /// <summary>Who wears the trackers is found out, kept and used again.</summary>
    [TestFixture]
    public sealed class AvatarCalibrationTest
    {
        private const double Size = 1.1;

        private PoseBridgeAvatar _avatar;
        private Transform _head;
        private int _calibrated;
        private double _nowS;

        [SetUp]
        public void Begin()
        {
            _nowS = 1000;
            _calibrated = 0;
            GUILayout.Pressed = null;
            EditorGUILayout.Shown.Clear();
            Application.persistentDataPath = Path.Combine(Path.GetTempPath(), "posebridge-" + Guid.NewGuid().ToString("N"));
            _head = At(0, 1.52f);
            var trackers = new GameObject("trackers").AddComponent<TransformTrackers>();
            trackers.HeadsetAndControllers = false;
            trackers.Assign(_head, At(-0.68f, 1.385f), At(0.68f, 1.385f));
            var connection = ScriptableObject.CreateInstance<PoseBridgeConnection>();
            connection.Assign("127.0.0.1", 1, 2, "token", false); // nobody is there
            var human = new Humanoid(Smpl22.NeutralOffsetsM, 0.5, Vector3.zero, 0, 1, 1);
            _avatar = human.Root.AddComponent<PoseBridgeAvatar>();
            _avatar.Assign(connection, trackers, human.Animator);
            _avatar.Events.calibrated.AddListener(() => _calibrated++);
        }

        [TearDown]
        public void End()
        {
            Messages.Send(_avatar, "OnDisable");
            if (Directory.Exists(Application.persistentDataPath)) Directory.Delete(Application.persistentDataPath, true);
        }

        private static Transform At(float x, float y)
        {
            var one = new GameObject("tracker").transform;
            one.position = new Vector3(x, y, 0) * (float)Size;
            return one;
        }

        private void Run(double seconds)
        {
            for (var endS = _nowS + seconds; _nowS < endS; _nowS += 0.011) _avatar.Advance(_nowS);
        }

        private double HeightM
        {
            get { return BodyMeasure.Height(_avatar.Body.OffsetsM); }
        }

        [Test]
        public void WhoStandsStillIsMeasuredAndKept()
        {
            _avatar.Settings.wearer = "../Ada!";
            Messages.Send(_avatar, "OnEnable");
            var beforeM = HeightM;
            _avatar.Calibrate();
            Run(1);
            _head.position = _head.position + new Vector3(0.1f, 0, 0);
            Run(1.5);
            Assert.AreEqual(0, _calibrated, "they moved");
            Run(1);
            Assert.AreEqual(1, _calibrated);
            var wantedM = beforeM * Size * 1.52 / BodyMeasure.HeadHeight(Smpl22.NeutralOffsetsM);
            Assert.AreEqual(wantedM, HeightM, 1e-3);
            StringAssert.EndsWith(Path.Combine("PoseBridge", "Ada.json"), KeptWearers.File("../Ada!"));
            Messages.Send(_avatar, "OnDisable");
            Assert.AreEqual(wantedM, BodyMeasure.Height(KeptWearers.Find("Ada").OffsetsM), 1e-3);
            KeptWearers.Forget("Ada");
            Assert.IsNull(KeptWearers.Find("Ada"));
        }

        [Test]
        public void AKeptWearerComesBeforeAnAssignedOne()
        {
            _avatar.Settings.wearer = "Ada";
            _avatar.Settings.calibration = new TextAsset(Wearer.Tall(Smpl22.NeutralOffsetsM, 1.2).ToJson());
            Assert.AreEqual(1.2, BodyMeasure.HeadHeight(_avatar.MakeBody().OffsetsM), 1e-5);
            KeptWearers.Keep("Ada", Wearer.Tall(Smpl22.NeutralOffsetsM, 1.4));
            Assert.AreEqual(1.4, BodyMeasure.HeadHeight(_avatar.MakeBody().OffsetsM), 1e-5);
        }

        [Test]
        public void ABrokenCalibrationIsTold()
        {
            _avatar.Settings.calibration = new TextAsset("nonsense");
            StringAssert.Contains("not a calibration", AvatarCheck.Find(_avatar)[0].Text);
            Messages.Send(_avatar, "OnEnable");
            StringAssert.Contains("not a calibration", _avatar.Problem);
            Assert.Throws<CalibrationException>(_avatar.Calibrate);
        }

        [Test]
        public void TheInspectorsButtonsMeasureAndSayWhatFailed()
        {
            var buttons = new CalibrateButtons();
            Messages.Send(_avatar, "OnEnable");
            GUILayout.Pressed = "Measure height";
            buttons.Show(_avatar);
            Run(0.5);
            buttons.Show(_avatar);
            StringAssert.StartsWith("Stand upright and still: 0.", EditorGUILayout.Shown[0]);
            Run(2);
            Assert.AreEqual(1, _calibrated);
            PosebridgeCommand.Path = "no-such-command";
            GUILayout.Pressed = "Calibrate bones and mounts";
            buttons.Show(_avatar);
            Run(2.5);
            GUILayout.Pressed = null;
            buttons.Show(_avatar);
            buttons.Show(_avatar);
            PosebridgeCommand.Path = null;
            StringAssert.Contains("no command \"no-such-command\"", string.Join("\n", EditorGUILayout.Shown));
        }
    }
}
