using RemoteStore.Drivers;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Io;

/// <summary>
/// A staged file that is being written, with a window of writes on their way. Finishing or abandoning it gives the session back.
/// </summary>
internal sealed class SftpStaged(SessionLease lease, string path, string name, byte[] handle, int maxInFlight, bool durable) : StagedWrite
{
    private readonly Queue<(Reply Reply, int Count)> _window = new();
    private long _offset;
    private int _inFlight;
    private bool _closed;

    // Until it is published nobody else reads what may be a secret.
    internal const uint OwnerOnly = 0x180;

    internal string Path => path;

    /// <summary>
    /// Keeps others from reading the file until it is published with the mode of what it replaces. A server without modes ignores it.
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

    /// <summary>Has the server append bytes that it has itself.</summary>
    internal void Append(byte[] from, long offset, long count)
    {
        _window.Enqueue((Session.Send(Requests.CopyData(from, offset, count, handle)), 0));
        _offset = offset + count;
    }

    /// <summary>Waits for all writes, syncs and closes, in one flight.</summary>
    /// <returns>The attributes the file has now, and keeps under its public name.</returns>
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

    /// <summary>Removes the staged file. On a lost session nothing is tried: the file is left to a sweep.</summary>
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
            // The failure that led here is what the caller must see.
        }
        finally
        {
            lease.Dispose();
        }
    }

    // A handle's name may be given to another file as soon as it is closed, so it is closed once.
    private Reply Close()
    {
        _closed = true;
        return Session.Send(Requests.Close(handle));
    }

    private RemoteStoreException Incomplete(long size) =>
        new($"The server kept {size} of {_offset} bytes; nothing was published.") { IsTransient = true };

    private void TakeOldest()
    {
        var (reply, count) = _window.Dequeue();
        _inFlight -= count;
        reply.Done();
    }
}
