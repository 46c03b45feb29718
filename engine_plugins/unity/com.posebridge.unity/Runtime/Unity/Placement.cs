namespace PoseBridge
{
    /// <summary>Where an avatar is seen.</summary>
    public enum Placement
    {
        /// <summary>Its root goes where the trackers' origin is, so that it is where its wearer is.</summary>
        AtTrackers,
        /// <summary>Its root stays: what the trackers' origin is to them, it is to the avatar.</summary>
        WhereItStands,
    }
}
