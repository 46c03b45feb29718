namespace PoseBridge.Core
{
    /// <summary>How a device sits on its joint, in the joint's axes: the joint at place l and turn R has the device at
    /// l + R * PlaceM, turned R * Turn.</summary>
    public readonly struct Mount
    {
        public readonly Vec3 PlaceM;
        public readonly Quat Turn;

        public Mount(Vec3 placeM, Quat turn)
        {
            PlaceM = placeM;
            Turn = turn;
        }

        public static Mount Of(Tracker tracker)
        {
            FloatList place = tracker.MountPositionM, turn = tracker.MountXyzw;
            return new Mount(place.Count < 3 ? new Vec3(0, 0, 0) : new Vec3(place[0], place[1], place[2]),
                             turn.Count < 4 ? Quat.Identity : new Quat(turn[0], turn[1], turn[2], turn[3]).Unit);
        }

        /// <summary>Of a device told to be mounted so, on a joint where something without offset would sit as
        /// this.</summary>
        public Mount Then(Mount told)
        {
            return new Mount(PlaceM + Turn * told.PlaceM, Turn * told.Turn);
        }

        public void Write(Tracker into)
        {
            into.MountPositionM.Set(new[] { (float)PlaceM.X, (float)PlaceM.Y, (float)PlaceM.Z });
            into.MountXyzw.Set(new[] { (float)Turn.X, (float)Turn.Y, (float)Turn.Z, (float)Turn.W });
        }
    }
}
