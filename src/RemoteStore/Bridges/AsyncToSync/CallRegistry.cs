using System.Diagnostics.CodeAnalysis;

namespace RemoteStore;

/// <summary>
/// The calls in flight, by name, and whether new ones are accepted. Striped, so that callers do not contend for one lock.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "No native resources are held, and calls that end after the close still use it.")]
internal sealed class CallRegistry
{
    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, 16).Select(_ => new Stripe())];
    private readonly ManualResetEventSlim _changed = new();
    private volatile bool _refusing;

    internal bool IsRefusing => _refusing;

    /// <summary>Registers a call.</summary>
    /// <returns>Null when calls are rejected; else the entry to dispose when the call has ended.</returns>
    internal Entry? TryEnter(string operation)
    {
        var stripe = _stripes[Environment.CurrentManagedThreadId & 15];
        var entry = new Entry(this, stripe, operation);
        lock (stripe)
        {
            if (_refusing)
                return null;
            stripe.Add(entry);
        }

        return entry;
    }

    internal void Refuse() => _refusing = true;

    /// <summary>Waits until no call is in flight; for use after <see cref="Refuse"/>.</summary>
    internal bool WaitUntilEmpty(Deadline deadline)
    {
        while (true)
        {
            _changed.Reset();
            if (IsEmpty())
                return true;
            if (!_changed.Wait(deadline.Left))
                return IsEmpty();
        }
    }

    /// <summary>The names of the calls in flight.</summary>
    internal IReadOnlyList<string> Operations()
    {
        var names = new List<string>();
        foreach (var stripe in _stripes)
        {
            lock (stripe)
                names.AddRange(stripe.Operations());
        }

        return names;
    }

    private bool IsEmpty() =>
        Array.TrueForAll(
            _stripes,
            static s =>
            {
                lock (s)
                    return s.IsEmpty;
            }
        );

    private void Leave(Stripe stripe, Entry entry)
    {
        lock (stripe)
            stripe.Remove(entry);
        if (_refusing)
            _changed.Set();
    }

    internal sealed class Entry(CallRegistry registry, Stripe stripe, string operation) : IDisposable
    {
        internal string Operation => operation;

        internal Entry? Next { get; set; }

        internal Entry? Previous { get; set; }

        public void Dispose() => registry.Leave(stripe, this);
    }

    internal sealed class Stripe
    {
        private Entry? _first;

        internal bool IsEmpty => _first is null;

        internal void Add(Entry entry)
        {
            entry.Next = _first;
            if (_first is not null)
                _first.Previous = entry;
            _first = entry;
        }

        internal void Remove(Entry entry)
        {
            if (entry.Previous is null)
                _first = entry.Next;
            else
                entry.Previous.Next = entry.Next;
            if (entry.Next is not null)
                entry.Next.Previous = entry.Previous;
        }

        internal IEnumerable<string> Operations()
        {
            for (var entry = _first; entry is not null; entry = entry.Next)
                yield return entry.Operation;
        }
    }
}
