using System;
using System.Collections.Generic;
using System.Reflection;
using NUnit.Framework;
using PoseBridge.Core;
using PoseBridge.Editing;
using UnityEditor;
using UnityEngine;

namespace PoseBridge.Tests
{
    /// <summary>What the inspector says of a set-up, and what its buttons do.</summary>
    [TestFixture]
    public sealed class EditorTest
    {
        private Humanoid _human;
        private PoseBridgeAvatar _avatar;
        private TransformTrackers _trackers;
        private PoseBridgeConnection _connection;

        [SetUp]
        public void Begin()
        {
            EditorGUILayout.Shown.Clear();
            EditorApplication.isPlaying = false;
            GUILayout.Pressed = null;
            _human = new Humanoid(Smpl22.NeutralOffsetsM, 0.5, Vector3.zero, 0, 1, 1);
            _avatar = _human.Root.AddComponent<PoseBridgeAvatar>();
            _trackers = new GameObject("trackers").AddComponent<TransformTrackers>();
            _trackers.Assign(new GameObject("a").transform, new GameObject("b").transform, new GameObject("c").transform);
            _connection = ScriptableObject.CreateInstance<PoseBridgeConnection>();
            _connection.Assign("127.0.0.1", 1, 2, "token", false); // nobody is there
        }

        private void Draw()
        {
            EditorGUILayout.Shown.Clear();
            new PoseBridgeAvatarEditor { target = _avatar }.OnInspectorGUI();
        }

        [Test]
        public void ANewAvatarIsToldWhatItNeedsAndTheButtonGivesIt()
        {
            Draw();
            Assert.AreEqual(3, EditorGUILayout.Shown.Count, string.Join("\n", EditorGUILayout.Shown));
            StringAssert.StartsWith("Error: Assign a connection", EditorGUILayout.Shown[0]);
            GUILayout.Pressed = "Take this object's";
            Draw();
            Assert.AreSame(_human.Animator, _avatar.Animator);
            _avatar.Assign(_connection, _trackers, _avatar.Animator);
            Draw();
            Assert.AreEqual(1, EditorGUILayout.Shown.Count, string.Join("\n", EditorGUILayout.Shown));
            StringAssert.StartsWith("Warning: The Humanoid tells no T-pose", EditorGUILayout.Shown[0]);
        }

        [Test]
        public void RootMotionIsTurnedOff()
        {
            _human.Animator.applyRootMotion = true;
            _avatar.Assign(_connection, _trackers, _human.Animator);
            GUILayout.Pressed = "Turn it off";
            Draw();
            Assert.IsFalse(_human.Animator.applyRootMotion);
        }

        [Test]
        public void AScaleThatDiffersAlongTheAxesIsMadeEven()
        {
            _avatar.Assign(_connection, _trackers, _human.Animator);
            _human.Root.transform.localScale = new Vector3(1, 2, -1);
            StringAssert.Contains("scaled unlike", AvatarCheck.Find(_avatar)[0].Text);
            GUILayout.Pressed = "Scale it evenly";
            Draw();
            Assert.AreEqual(2, _human.Root.transform.localScale.x);
            Assert.AreEqual(2, _human.Root.transform.localScale.z);
            CollectionAssert.DoesNotContain(AvatarCheck.Find(_avatar).ConvertAll(fault => fault.IsFatal), true);
        }

        [Test]
        public void AModelThatIsNoHumanoidIsMadeOne()
        {
            var importer = Import();
            _human.Animator.avatar.isHuman = false;
            _avatar.Assign(_connection, _trackers, _human.Animator);
            StringAssert.Contains("no Humanoid", AvatarCheck.Find(_avatar)[0].Text);
            GUILayout.Pressed = "Make it a Humanoid";
            Draw();
            Assert.AreEqual(ModelImporterAnimationType.Human, importer.animationType);
            Assert.AreEqual(1, importer.Imports);
        }

        [Test]
        public void ATPoseThatIsNotToldIsReadFromTheModel()
        {
            var importer = Import();
            _avatar.Assign(_connection, _trackers, _human.Animator);
            StringAssert.Contains("tells no T-pose", AvatarCheck.Find(_avatar)[0].Text);
            GUILayout.Pressed = "Read it from the model";
            Draw();
            Assert.AreEqual(ModelImporterAvatarSetup.CreateFromThisModel, importer.avatarSetup);
            Assert.AreEqual(1, importer.Imports);
        }

        [Test]
        public void WhereThereIsNoModelFileBonesAreTakenByTheirNames()
        {
            _human.Animator.avatar.isHuman = false;
            for (var joint = 0; joint < 22; joint++) _human.Joint(joint).name = "Bob:" + Smpl22.Names[joint];
            _avatar.Assign(_connection, _trackers, _human.Animator);
            GUILayout.Pressed = "Take its bones by their names";
            Draw();
            Assert.IsNull(_avatar.Animator);
            Assert.AreEqual(22, _avatar.Bones.Count);
            Assert.AreEqual(22, _avatar.MakeBody().Count);
            CollectionAssert.IsEmpty(AvatarCheck.Find(_avatar));
            _human.Joint(4).name = "nobody's";
            _avatar.Bones = new AvatarBone[0];
            _avatar.Animator = _human.Animator;
            StringAssert.Contains("L_knee without a bone", AvatarCheck.Find(_avatar)[0].Text);
        }

        private ModelImporter Import()
        {
            var importer = new ModelImporter();
            AssetDatabase.Paths[_human.Animator.avatar] = "Assets/Model.fbx";
            AssetImporter.All["Assets/Model.fbx"] = importer;
            return importer;
        }

        [Test]
        public void WhileItPlaysItsFiguresAreShownAndItsBonesAreDrawn()
        {
            _avatar.Assign(_connection, _trackers, _human.Animator);
            Call(_avatar, "OnEnable");
            try
            {
                EditorApplication.isPlaying = true;
                Draw();
                CollectionAssert.Contains(EditorGUILayout.Shown, "Poses: Waiting");
                CollectionAssert.Contains(EditorGUILayout.Shown, "Last pose: -");
                Gizmos.Lines = 0;
                typeof(PoseBridgeAvatarEditor).GetMethod("DrawSkeleton", BindingFlags.Static | BindingFlags.NonPublic)
                    .Invoke(null, new object[] { _avatar, GizmoType.Selected });
                Assert.AreEqual(21, Gizmos.Lines);
            }
            finally
            {
                Call(_avatar, "OnDisable");
            }
        }

        [Test]
        public void NoConnectionOutlivesItsScripts()
        {
            typeof(ReloadGuard).GetMethod("Watch", BindingFlags.Static | BindingFlags.NonPublic).Invoke(null, null);
            Resources.All.Add(_connection);
            foreach (var end in new List<Action>
            {
                AssemblyReloadEvents.Reload, EditorApplication.Quit,
                () => EditorApplication.Change(PlayModeStateChange.EnteredEditMode),
            })
            {
                _connection.Acquire();
                Assert.AreEqual(LinkState.Looking, _connection.State);
                end();
                Assert.AreEqual(LinkState.Closed, _connection.State);
            }
        }

        private static void Call(MonoBehaviour one, string message)
        {
            one.GetType().GetMethod(message, BindingFlags.Instance | BindingFlags.NonPublic).Invoke(one, null);
        }
    }
}
