using System.Reflection;

namespace UnityEngine
{
    public enum PrimitiveType
    {
        Sphere, Capsule, Cylinder, Cube,
    }

    public sealed class Camera : Behaviour
    {
    }

    /// <summary>How Unity calls its messages, which are private.</summary>
    public static class Messages
    {
        public static void Send(Component one, string message)
        {
            var method = one.GetType().GetMethod(message, BindingFlags.Instance | BindingFlags.NonPublic);
            if (method != null) method.Invoke(one, null);
        }
    }
}
