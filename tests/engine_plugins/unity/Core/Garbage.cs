using System;
using System.Reflection;

namespace PoseBridge.Tests
{
    /// <summary>How many bytes this thread allocates while it does something. Mono's runtime counts them
    /// (GC.GetAllocatedBytesForCurrentThread), though its reference assemblies may not say so.</summary>
    public static class Garbage
    {
        private static readonly Func<long> Allocated = (Func<long>)Delegate.CreateDelegate(typeof(Func<long>),
            typeof(GC).GetMethod("GetAllocatedBytesForCurrentThread", BindingFlags.Static | BindingFlags.Public |
                                 BindingFlags.NonPublic));

        public static long Of(Action what)
        {
            var before = Allocated();
            what();
            return Allocated() - before;
        }
    }
}
