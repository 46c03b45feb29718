using System;
using System.Reflection;

namespace PoseBridge.Probe
{
    /// <summary>What a thread has allocated since it began. Mono's runtime counts it, though its reference assemblies do
    /// not say so.</summary>
    public static class Memory
    {
        public static readonly Func<long> OfThisThread = (Func<long>)Delegate.CreateDelegate(typeof(Func<long>),
            typeof(GC).GetMethod("GetAllocatedBytesForCurrentThread", BindingFlags.Static | BindingFlags.Public |
                                 BindingFlags.NonPublic));
    }
}
