namespace PoseBridge.Core
{
    /// <summary>A live session that outlives its daemon: opened anew with whichever comes. Belongs to the thread that
    /// ticks its <see cref="SteadyClient"/>.</summary>
    public sealed class SteadySession
    {
        private readonly bool _record;

        internal SteadySession(SessionSetup setup, bool record)
        {
            Setup = setup;
            _record = record;
        }

        /// <summary>Must not be changed while the session lives.</summary>
        public SessionSetup Setup { get; }

        /// <summary>Whether a reading that is sent now goes at once.</summary>
        public bool IsFlowing
        {
            get { return Live != null && Live.IsFlowing; }
        }

        /// <summary>Why it is not open, as far as the daemon said; else null.</summary>
        public DaemonException Problem { get; private set; }

        /// <summary>Whether the daemon will never open it as it is: the setup must be changed.</summary>
        public bool IsRefused { get; private set; }

        /// <summary>How often it was opened.</summary>
        public int Openings { get; internal set; }

        internal LiveSession Live { get; private set; }

        internal double RetryS { get; private set; }

        /// <summary>Dropped where no daemon is there: the newest counts, and an old one is of no use.</summary>
        public void Send(TrackerReading reading)
        {
            if (Live != null) Live.Send(reading);
        }

        /// <summary>The oldest pose that was not taken yet; false where there is none.</summary>
        public bool TryTake(BodyPose into)
        {
            return Live != null && Live.TryTake(into);
        }

        internal void OpenWith(Client client)
        {
            RetryS = double.PositiveInfinity; // until it is opened or refused
            try
            {
                Live = client.OpenSession(Setup, _record);
            }
            catch (DaemonRefusedException error)
            {
                Refuse(error);
            }
        }

        internal void Opened()
        {
            Problem = null;
            Openings++;
        }

        /// <summary>It is open no more.</summary>
        internal void Lose(DaemonException problem, double retryS)
        {
            Live = null;
            Problem = problem;
            RetryS = retryS;
        }

        internal void Refuse(DaemonException problem)
        {
            Lose(problem, double.PositiveInfinity);
            IsRefused = true;
        }
    }
}
