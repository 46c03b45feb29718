using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace PoseBridge.Core
{
    /// <summary>Somebody stands upright and still for two seconds: what their trackers read in that time, as if they
    /// were mounted without offset. Project axes.</summary>
    public sealed class StandingStill
    {
        public const double StillS = 2, MostM = 0.02; // no tracker may leave where it was farther

        private const double MostGapS = 0.25; // between readings of one standing
        private readonly SessionSetup _told;
        private readonly int _head;
        private readonly List<double> _timesS = new List<double>();
        private readonly List<Vec3[]> _placesM = new List<Vec3[]>();
        private readonly List<Quat[]> _turns = new List<Quat[]>();

        /// <param name="told">Which trackers there are, and how they are said to be mounted.</param>
        /// <exception cref="CalibrationException">None is on the head.</exception>
        public StandingStill(SessionSetup told)
        {
            _told = told;
            _head = told.Trackers.FindIndex(tracker => tracker.Joint == Joint.Head);
            if (_head < 0) throw new CalibrationException("to be measured takes a tracker on the head");
        }

        public bool IsDone
        {
            get { return HeldS >= StillS; }
        }

        /// <summary>How long nothing has moved.</summary>
        public double HeldS
        {
            get { return _timesS.Count == 0 ? 0 : _timesS[_timesS.Count - 1] - _timesS[0]; }
        }

        /// <summary>Of the head joint over the floor.</summary>
        public double HeadHeightM
        {
            get
            {
                var sum = 0.0;
                foreach (var places in _placesM) sum += places[_head].Y;
                return sum / _placesM.Count;
            }
        }

        /// <summary>Begins anew where somebody moved, or a tracker was not seen.</summary>
        public void Add(TrackerReading reading, double timeS)
        {
            if (IsDone) return;
            var all = (uint)((1L << reading.Trackers) - 1);
            var places = new Vec3[reading.Trackers];
            var turns = new Quat[reading.Trackers];
            for (var row = 0; row < reading.Trackers; row++) AtJoint(reading, row, out places[row], out turns[row]);
            var seen = (reading.PositionValid & reading.RotationValid & all) == all;
            if (!seen || HasMoved(places) || timeS - LastS > MostGapS || timeS <= LastS) Clear();
            if (!seen) return;
            _timesS.Add(timeS);
            _placesM.Add(places);
            _turns.Add(turns);
        }

        /// <summary>A session table for `posebridge calibrate`, told a neutral body of that height.</summary>
        public string Table(double heightM)
        {
            var text = new StringBuilder("# axes: +Y up, +Z forward, right-handed\n# height: ");
            text.Append(heightM.ToString("f4", CultureInfo.InvariantCulture)).Append(" m\ntime[s]");
            foreach (var tracker in _told.Trackers)
            {
                var name = Smpl22.Names[(int)tracker.Joint - 1];
                foreach (var part in "xyz") text.Append("," + name + ".position." + part + "[m]");
                foreach (var part in "xyzw") text.Append("," + name + ".rotation." + part + "[quat]");
            }
            for (var frame = 0; frame < _timesS.Count; frame++) AppendRow(text.Append('\n'), frame);
            return text.Append('\n').ToString();
        }

        private double LastS
        {
            get { return _timesS.Count == 0 ? double.NegativeInfinity : _timesS[_timesS.Count - 1]; }
        }

        private void AppendRow(StringBuilder text, int frame)
        {
            text.Append((_timesS[frame] - _timesS[0]).ToString("f6", CultureInfo.InvariantCulture));
            for (var row = 0; row < _told.Trackers.Count; row++)
            {
                Vec3 place = _placesM[frame][row];
                Quat turn = _turns[frame][row];
                foreach (var value in new[] { place.X, place.Y, place.Z, turn.X, turn.Y, turn.Z, turn.W })
                    text.Append(',').Append(value.ToString("f7", CultureInfo.InvariantCulture));
            }
        }

        private void AtJoint(TrackerReading reading, int row, out Vec3 place, out Quat turn)
        {
            float[] p = reading.PositionsM, q = reading.RotationsXyzw;
            var mount = Mount.Of(_told.Trackers[row]);
            turn = new Quat(q[4 * row], q[4 * row + 1], q[4 * row + 2], q[4 * row + 3]).Unit * mount.Turn.Inverse;
            place = new Vec3(p[3 * row], p[3 * row + 1], p[3 * row + 2]) - turn * mount.PlaceM;
        }

        private bool HasMoved(Vec3[] places)
        {
            for (var row = 0; row < places.Length && _placesM.Count > 0; row++)
                if ((places[row] - _placesM[0][row]).Length > MostM) return true;
            return false;
        }

        private void Clear()
        {
            _timesS.Clear();
            _placesM.Clear();
            _turns.Clear();
        }
    }

    /// <summary>A calibration that cannot be made or used; one clear line.</summary>
    public sealed class CalibrationException : Exception
    {
        public CalibrationException(string message) : base(message)
        {
        }
    }
}
