using RemoteStore.Drivers;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Io;

/// <summary>
/// A staged file that is being written, with a window of writes in flight. Completing or abandoning it returns the session.
/// </summary>
internal sealed class SftpStaged(SessionLease lease, string path, string name, byte[] handle, int maxInFlight, bool durable) : StagedWrite
{
    private readonly Queue<(Reply Reply, int Count)> _window = new();
    private long _offset;
    private int _inFlight;
    private bool _closed;

    // Until it is published, others must not read possible secrets.
    internal const uint OwnerOnly = 0x180;

    internal string Path => path;

    /// <summary>
    /// Prevents others from reading the file until it is published with its final mode. A server without modes ignores it.
    /// </summary>
    internal void Restrict() => Session.SendAndForget(Requests.SetMode(path, OwnerOnly));

    private Session Session => lease.Session;

    public override ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Append(bytes.Span);
        return default;
    }

    public override ValueTask<string> FinishAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Complete();
        lease.Dispose();
        return new(name);
    }

    public override ValueTask AbandonAsync()
    {
        Abandon();
        return default;
    }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(Math.Min(bytes.Length, Session.Features.WriteBlock), maxInFlight);
            while (_inFlight + count > maxInFlight)
                TakeOldest();
            _window.Enqueue((Session.Send(Requests.Write(handle, _offset, count), bytes[..count]), count));
            _inFlight += count;
            _offset += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Makes the server append bytes of another file that it stores.</summary>
    internal void Append(byte[] from, long offset, long count)
    {
        _window.Enqueue((Session.Send(Requests.CopyData(from, offset, count, handle)), 0));
        _offset = offset + count;
    }

    /// <summary>Waits for all writes, syncs and closes, in one round trip.</summary>
    /// <returns>The current attributes, which the file keeps under its public name.</returns>
    internal SftpAttributes Complete()
    {
        var sync = durable && Session.Features.CanSync ? Session.Send(Requests.Sync(handle)) : null;
        var stat = Session.Send(Requests.Stat(handle));
        var close = Close();
        while (_window.Count > 0)
            TakeOldest();
        sync?.Done();
        var attributes = stat.Attributes();
        close.Done();
        return attributes.Size is { } size && size != _offset ? throw Incomplete(size) : attributes with { Size = _offset };
    }

    /// <summary>Removes the staged file. On a lost session no attempt is made: the cleanup removes the file later.</summary>
    internal void Abandon()
    {
        try
        {
            if (Session.IsLost)
                return;
            if (!_closed)
                Close();
            Session.Send(Requests.Remove(path)).Done();
        }
        catch (IOException)
        {
            // The caller must see the original failure.
        }
        finally
        {
            lease.Dispose();
        }
    }

    // The server may reuse a handle as soon as it is closed, so it is closed only once.
    private Reply Close()
    {
        _closed = true;
        return Session.Send(Requests.Close(handle));
    }

    private RemoteStoreException Incomplete(long size) =>
        new($"The server stored {size} of {_offset} bytes; nothing was published.") { IsTransient = true };

    private void TakeOldest()
    {
        var (reply, count) = _window.Dequeue();
        _inFlight -= count;
        reply.Done();
    }
}
