using System;

namespace PoseBridge.Editing
{
    /// <summary>Something that keeps an avatar from moving as it should, in a sentence, and what to do about
    /// it.</summary>
    public sealed class AvatarFault
    {
        public AvatarFault(string text, bool isFatal, string fixLabel = null, Action fix = null)
        {
            Text = text;
            IsFatal = isFatal;
            FixLabel = fixLabel;
            Fix = fix;
        }

        public string Text { get; }

        /// <summary>Whether it cannot move at all.</summary>
        public bool IsFatal { get; }

        /// <summary>What the button says; null where a person must decide.</summary>
        public string FixLabel { get; }

        public Action Fix { get; }
    }
}
