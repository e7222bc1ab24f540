namespace RemoteStore;

/// <summary>Calls in order of arrival; removal from the middle is O(1). Guarded by the pool's lock.</summary>
internal sealed class CallQueue
{
    private BlockingCall? _last;

    internal BlockingCall? First { get; private set; }

    internal void Add(BlockingCall call)
    {
        call.Previous = _last;
        if (_last is null)
            First = call;
        else
            _last.Next = call;
        _last = call;
    }

    internal void Remove(BlockingCall call)
    {
        if (call.Previous is null)
            First = call.Next;
        else
            call.Previous.Next = call.Next;
        if (call.Next is null)
            _last = call.Previous;
        else
            call.Next.Previous = call.Previous;
        (call.Next, call.Previous) = (null, null);
    }

    internal IEnumerable<BlockingCall> All()
    {
        for (var call = First; call is not null; call = call.Next)
            yield return call;
    }
}
