using System;

namespace UnityEngine
{
    /// <summary>As much of Unity's public API as the package's components use, working, for tests; written from its public
    /// documentation. Left-handed, Y up.</summary>
    public struct Vector3
    {
        public float x, y, z;

        public Vector3(float x, float y, float z)
        {
            this.x = x;
            this.y = y;
            this.z = z;
        }

        public static Vector3 zero { get { return new Vector3(0, 0, 0); } }

        public static Vector3 up { get { return new Vector3(0, 1, 0); } }

        public static Vector3 one { get { return new Vector3(1, 1, 1); } }

        public float magnitude { get { return (float)Math.Sqrt(x * x + y * y + z * z); } }

        public static Vector3 operator +(Vector3 a, Vector3 b) { return new Vector3(a.x + b.x, a.y + b.y, a.z + b.z); }

        public static Vector3 operator -(Vector3 a, Vector3 b) { return new Vector3(a.x - b.x, a.y - b.y, a.z - b.z); }

        public static Vector3 operator *(Vector3 a, float s) { return new Vector3(a.x * s, a.y * s, a.z * s); }

        public static Vector3 Scale(Vector3 a, Vector3 b) { return new Vector3(a.x * b.x, a.y * b.y, a.z * b.z); }

        public static Vector3 Lerp(Vector3 a, Vector3 b, float t) { return a + (b - a) * Math.Max(0, Math.Min(1, t)); }

        public override string ToString() { return "(" + x + ", " + y + ", " + z + ")"; }
    }

    public struct Quaternion
    {
        public float x, y, z, w;

        public Quaternion(float x, float y, float z, float w)
        {
            this.x = x;
            this.y = y;
            this.z = z;
            this.w = w;
        }

        public static Quaternion identity { get { return new Quaternion(0, 0, 0, 1); } }

        public static Quaternion Inverse(Quaternion q) { return new Quaternion(-q.x, -q.y, -q.z, q.w); }

        public static Quaternion operator *(Quaternion a, Quaternion b)
        {
            return new Quaternion(
                a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y, a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
                a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w, a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z);
        }

        public static Vector3 operator *(Quaternion q, Vector3 v)
        {
            var turned = q * new Quaternion(v.x, v.y, v.z, 0) * Inverse(q);
            return new Vector3(turned.x, turned.y, turned.z);
        }

        /// <summary>Degrees; about Z, then X, then Y.</summary>
        public static Quaternion Euler(float x, float y, float z) { return About(1, y) * About(0, x) * About(2, z); }

        public static Quaternion Slerp(Quaternion a, Quaternion b, float t)
        {
            t = Math.Max(0, Math.Min(1, t));
            double dot = a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w, sign = dot < 0 ? -1 : 1;
            double angle = Math.Acos(Math.Min(1, Math.Abs(dot))), sine = Math.Sin(angle);
            double first = sine < 1e-6 ? 1 - t : Math.Sin((1 - t) * angle) / sine;
            double last = sign * (sine < 1e-6 ? t : Math.Sin(t * angle) / sine);
            return new Quaternion((float)(first * a.x + last * b.x), (float)(first * a.y + last * b.y),
                                  (float)(first * a.z + last * b.z), (float)(first * a.w + last * b.w));
        }

        public static Quaternion FromToRotation(Vector3 a, Vector3 b)
        {
            double size = a.magnitude * b.magnitude, w = size + a.x * b.x + a.y * b.y + a.z * b.z;
            double x = a.y * b.z - a.z * b.y, y = a.z * b.x - a.x * b.z, z = a.x * b.y - a.y * b.x;
            var length = Math.Sqrt(x * x + y * y + z * z + w * w);
            if (length < 1e-9) return new Quaternion(1, 0, 0, 0); // the other way round
            return new Quaternion((float)(x / length), (float)(y / length), (float)(z / length), (float)(w / length));
        }

        private static Quaternion About(int axis, float degrees)
        {
            var half = degrees * Math.PI / 360;
            var sine = (float)Math.Sin(half);
            return new Quaternion(axis == 0 ? sine : 0, axis == 1 ? sine : 0, axis == 2 ? sine : 0, (float)Math.Cos(half));
        }
    }
}
