using System;

namespace UnityEngine
{
    public sealed class SerializeField : Attribute
    {
    }

    public sealed class TooltipAttribute : Attribute
    {
        public TooltipAttribute(string text) { }
    }

    public sealed class HeaderAttribute : Attribute
    {
        public HeaderAttribute(string text) { }
    }

    public sealed class RangeAttribute : Attribute
    {
        public RangeAttribute(float least, float most) { }
    }

    public sealed class MinAttribute : Attribute
    {
        public MinAttribute(float least) { }
    }

    public sealed class AddComponentMenu : Attribute
    {
        public AddComponentMenu(string path) { }
    }

    public sealed class DefaultExecutionOrder : Attribute
    {
        public DefaultExecutionOrder(int order) { }
    }

    public sealed class DisallowMultipleComponent : Attribute
    {
    }

    public sealed class RequireComponent : Attribute
    {
        public RequireComponent(Type type) { }
    }

    public sealed class CreateAssetMenuAttribute : Attribute
    {
        public string menuName { get; set; }

        public string fileName { get; set; }
    }
}
