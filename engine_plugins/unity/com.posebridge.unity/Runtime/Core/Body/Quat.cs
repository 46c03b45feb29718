using System;

namespace PoseBridge.Core
{
    /// <summary>A rotation as a unit quaternion x y z w; q and -q are one rotation.</summary>
    public readonly struct Quat
    {
        public readonly double X, Y, Z, W;

        public Quat(double x, double y, double z, double w)
        {
            X = x;
            Y = y;
            Z = z;
            W = w;
        }

        public static Quat Identity
        {
            get { return new Quat(0, 0, 0, 1); }
        }

        public Quat Inverse
        {
            get { return new Quat(-X, -Y, -Z, W); }
        }

        public Quat Negative
        {
            get { return new Quat(-X, -Y, -Z, -W); }
        }

        /// <summary>At length one; what has no length stays zero.</summary>
        public Quat Unit
        {
            get
            {
                var scale = 1 / Math.Max(Math.Sqrt(Dot(this, this)), 1e-12);
                return new Quat(X * scale, Y * scale, Z * scale, W * scale);
            }
        }

        public static double Dot(Quat one, Quat other)
        {
            return one.X * other.X + one.Y * other.Y + one.Z * other.Z + one.W * other.W;
        }

        /// <summary>The rotation that does <paramref name="b"/> and then <paramref name="a"/>, as matrices
        /// multiply.</summary>
        public static Quat operator *(Quat a, Quat b)
        {
            return new Quat(
                a.W * b.X + a.X * b.W + a.Y * b.Z - a.Z * b.Y,
                a.W * b.Y - a.X * b.Z + a.Y * b.W + a.Z * b.X,
                a.W * b.Z + a.X * b.Y - a.Y * b.X + a.Z * b.W,
                a.W * b.W - a.X * b.X - a.Y * b.Y - a.Z * b.Z);
        }

        /// <summary>The vector, turned.</summary>
        public static Vec3 operator *(Quat turn, Vec3 v)
        {
            var axis = new Vec3(turn.X, turn.Y, turn.Z);
            var twice = Vec3.Cross(axis, v) * 2;
            return v + twice * turn.W + Vec3.Cross(axis, twice);
        }

        /// <summary>The turn by an angle about a unit axis.</summary>
        public static Quat About(Vec3 axis, double angleRad)
        {
            var sine = Math.Sin(angleRad / 2);
            return new Quat(axis.X * sine, axis.Y * sine, axis.Z * sine, Math.Cos(angleRad / 2));
        }

        /// <summary>The shortest turn that takes one direction to another, of any lengths. Opposite directions have
        /// none: half a turn about some axis across.</summary>
        public static Quat Between(Vec3 start, Vec3 end)
        {
            Vec3 first = start.Unit, last = end.Unit;
            var dot = Vec3.Dot(first, last);
            if (dot < -1 + 1e-9)
            {
                var beside = Math.Abs(first.X) < 0.7 ? new Vec3(1, 0, 0) : new Vec3(0, 1, 0);
                var axis = Vec3.Cross(first, beside).Unit;
                return new Quat(axis.X, axis.Y, axis.Z, 0);
            }
            var cross = Vec3.Cross(first, last);
            return new Quat(cross.X, cross.Y, cross.Z, 1 + dot).Unit;
        }

        /// <summary>The shorter way from <paramref name="first"/> to <paramref name="last"/>, that share of
        /// it.</summary>
        public static Quat Slerp(Quat first, Quat last, double share)
        {
            var dot = Dot(first, last);
            if (dot < 0) last = last.Negative;
            var angle = Math.Acos(Math.Min(Math.Abs(dot), 1));
            var sine = Math.Sin(angle);
            double before = 1 - share, after = share; // a straight line, where the sphere is flat
            if (sine >= 1e-6)
            {
                before = Math.Sin((1 - share) * angle) / sine;
                after = Math.Sin(share * angle) / sine;
            }
            return new Quat(before * first.X + after * last.X, before * first.Y + after * last.Y,
                            before * first.Z + after * last.Z, before * first.W + after * last.W).Unit;
        }

        /// <summary>The part of a rotation that turns about a unit axis: rotation = swing * twist.</summary>
        public static Quat TwistAbout(Quat turn, Vec3 axis)
        {
            var along = turn.X * axis.X + turn.Y * axis.Y + turn.Z * axis.Z;
            var twist = new Quat(along * axis.X, along * axis.Y, along * axis.Z, turn.W);
            return Dot(twist, twist) < 1e-18 ? Identity : twist.Unit; // half a swing: no twist
        }

        /// <summary>From the turned axes, which are unit and at right angles; W is not negative.</summary>
        public static Quat FromAxes(Vec3 x, Vec3 y, Vec3 z)
        {
            double xx = 1 + x.X - y.Y - z.Z, yy = 1 - x.X + y.Y - z.Z, zz = 1 - x.X - y.Y + z.Z;
            double ww = 1 + x.X + y.Y + z.Z;
            double xy = x.Y + y.X, xz = z.X + x.Z, yz = y.Z + z.Y, wx = y.Z - z.Y, wy = z.X - x.Z, wz = x.Y - y.X;
            var most = Math.Max(Math.Max(xx, yy), Math.Max(zz, ww)); // the largest component loses no digits
            var found = most == ww ? new Quat(wx, wy, wz, ww) : most == xx ? new Quat(xx, xy, xz, wx)
                : most == yy ? new Quat(xy, yy, yz, wy) : new Quat(xz, yz, zz, wz);
            found = found.Unit;
            return found.W < 0 ? found.Negative : found;
        }

        /// <summary>The angle of the turn between two rotations, radians.</summary>
        public static double Angle(Quat one, Quat other)
        {
            var turn = one.Inverse * other;
            return 2 * Math.Atan2(Math.Sqrt(turn.X * turn.X + turn.Y * turn.Y + turn.Z * turn.Z), Math.Abs(turn.W));
        }
    }
}
