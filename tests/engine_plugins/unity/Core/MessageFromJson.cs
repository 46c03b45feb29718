using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Reflection;
using PoseBridge.Core;

namespace PoseBridge.Tests
{
    /// <summary>A case of wire.json as a message of ours, without any codec; and two messages compared field by field.
    /// </summary>
    public static class MessageFromJson
    {
        public static Message Make(string name, object fields)
        {
            var message = (Message)Activator.CreateInstance(typeof(Message).Assembly.GetType("PoseBridge.Core." + name));
            foreach (var pair in (Dictionary<string, object>)fields) Fill(message, pair.Key, pair.Value);
            return message;
        }

        public static bool Same(object one, object other)
        {
            if (one == null || other == null || one.GetType() != other.GetType()) return one == null && other == null;
            if (one is FloatList) return SameFloats((FloatList)one, (FloatList)other);
            if (one is Message)
            {
                foreach (var field in one.GetType().GetFields())
                    if (!Same(field.GetValue(one), field.GetValue(other))) return false;
                return true;
            }
            var list = one as IList;
            if (list == null) return one.Equals(other);
            if (list.Count != ((IList)other).Count) return false;
            for (var place = 0; place < list.Count; place++)
                if (!Same(list[place], ((IList)other)[place])) return false;
            return true;
        }

        private static bool SameFloats(FloatList one, FloatList other)
        {
            if (one.Count != other.Count) return false;
            for (var place = 0; place < one.Count; place++)
                if (!one[place].Equals(other[place])) return false; // NaN equals itself
            return true;
        }

        private static void Fill(Message message, string key, object value)
        {
            var field = message.GetType().GetField(Pascal(key));
            if (field == null) // a member of the oneof
            {
                message.GetType().GetField("Body").SetValue(message, Make(Pascal(key), value));
                return;
            }
            var floats = field.GetValue(message) as FloatList;
            var list = field.GetValue(message) as IList;
            if (floats != null)
                foreach (var one in (List<object>)value) floats.Add((float)Scalar(typeof(float), one));
            else if (list != null && !(list is byte[]))
                foreach (var one in (List<object>)value) list.Add(Value(field.FieldType.GetGenericArguments()[0], one));
            else field.SetValue(message, Value(field.FieldType, value));
        }

        private static object Value(Type type, object value)
        {
            return typeof(Message).IsAssignableFrom(type) ? Make(type.Name, value) : Scalar(type, value);
        }

        private static object Scalar(Type type, object value)
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            if (type.IsEnum) return Enum.Parse(type, Pascal(Stripped(type.Name, (string)value)));
            if (type == typeof(byte[])) return Convert.FromBase64String((string)value);
            if (value is string && type == typeof(float)) return Special((string)value);
            return Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
        }

        private static float Special(string value)
        {
            if (value == "NaN") return BitConverter.ToSingle(new byte[] { 0, 0, 0xC0, 0x7F }, 0); // .NET's own is negative
            return value == "Infinity" ? float.PositiveInfinity : float.NegativeInfinity;
        }

        /// <summary>ENGINE_STATE_READY of EngineState -> READY.</summary>
        private static string Stripped(string type, string value)
        {
            var words = 0;
            foreach (var letter in type) words += char.IsUpper(letter) ? 1 : 0;
            return value.Split(new[] { '_' }, words + 1)[words];
        }

        private static string Pascal(string name)
        {
            var found = "";
            foreach (var word in name.Split('_'))
                if (word.Length > 0) found += char.ToUpperInvariant(word[0]) + word.Substring(1).ToLowerInvariant();
            return found;
        }
    }
}
