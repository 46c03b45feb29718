using System;

namespace PoseBridge.Core
{
    /// <summary>A place or direction in three dimensions; metres where it is a place.</summary>
    public readonly struct Vec3
    {
        public readonly double X, Y, Z;

        public Vec3(double x, double y, double z)
        {
            X = x;
            Y = y;
            Z = z;
        }

        public static Vec3 Zero
        {
            get { return new Vec3(0, 0, 0); }
        }

        public static Vec3 Up
        {
            get { return new Vec3(0, 1, 0); }
        }

        public double Length
        {
            get { return Math.Sqrt(Dot(this, this)); }
        }

        /// <summary>At length one; what has no length stays zero.</summary>
        public Vec3 Unit
        {
            get { return this * (1 / Math.Max(Length, 1e-12)); }
        }

        public static double Dot(Vec3 one, Vec3 other)
        {
            return one.X * other.X + one.Y * other.Y + one.Z * other.Z;
        }

        public static Vec3 Cross(Vec3 one, Vec3 other)
        {
            return new Vec3(one.Y * other.Z - one.Z * other.Y, one.Z * other.X - one.X * other.Z,
                            one.X * other.Y - one.Y * other.X);
        }

        public static Vec3 operator +(Vec3 one, Vec3 other)
        {
            return new Vec3(one.X + other.X, one.Y + other.Y, one.Z + other.Z);
        }

        public static Vec3 operator -(Vec3 one, Vec3 other)
        {
            return new Vec3(one.X - other.X, one.Y - other.Y, one.Z - other.Z);
        }

        public static Vec3 operator *(Vec3 one, double scale)
        {
            return new Vec3(one.X * scale, one.Y * scale, one.Z * scale);
        }

        public override string ToString()
        {
            return "(" + X + ", " + Y + ", " + Z + ")";
        }
    }
}
