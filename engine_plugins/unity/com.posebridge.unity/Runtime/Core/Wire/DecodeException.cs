using System;

namespace PoseBridge.Core
{
    /// <summary>Bytes that are no message of the contract.</summary>
    public sealed class DecodeException : Exception
    {
        public DecodeException(string message) : base(message)
        {
        }
    }
}
