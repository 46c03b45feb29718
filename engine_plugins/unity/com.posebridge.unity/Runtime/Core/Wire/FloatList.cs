using System;

namespace PoseBridge.Core
{
    /// <summary>Floats one after another, as on the wire. It grows when it must and never shrinks, so filling it
    /// again allocates nothing.</summary>
    public sealed class FloatList
    {
        private float[] _items = new float[0];

        public int Count { get; private set; }

        /// <summary>At least <see cref="Count"/> long; what lies beyond is of no meaning. Another array after
        /// growth.</summary>
        public float[] Items
        {
            get { return _items; }
        }

        public float this[int index]
        {
            get { return _items[index]; }
            set { _items[index] = value; }
        }

        public void Clear()
        {
            Count = 0;
        }

        public void Add(float value)
        {
            Resize(Count + 1);
            _items[Count - 1] = value;
        }

        /// <summary>As many as given; those that are there already stay.</summary>
        public void Resize(int count)
        {
            if (count > _items.Length) Array.Resize(ref _items, Math.Max(count, 2 * _items.Length));
            Count = count;
        }

        public void Set(float[] values)
        {
            Resize(values.Length);
            Array.Copy(values, _items, values.Length);
        }
    }
}
