using RemoteStore.Drivers;
using RemoteStore.Sftp.Fencing;
using RemoteStore.Sftp.Io;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp;

internal sealed partial class SftpDriver
{
    public override ValueTask<DriverRead> OpenReadAsync(string key, ReadOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var range = options.Range ?? default;
        var lease = _pool.Acquire(range.Length < ServerFeatures.Small ? SessionPool.Light : SessionPool.Heavy);
        byte[]? handle = null;
        try
        {
            handle = OpenedOrRestored(lease.Session, key);
            return new(Open(lease, handle, key, options, range));
        }
        catch
        {
            if (handle is not null)
                lease.Session.SendAndForget(Requests.Close(handle));
            lease.Dispose();
            throw;
        }
    }

    private byte[] OpenedOrRestored(Session session, string key)
    {
        try
        {
            return Opened(session, key);
        }
        catch (StatusException e)
            when (e.Code == StatusCode.NoSuchFile
                && IsFenced
                && session.Send(Requests.ReadLink(new FenceNames(Paths, key).Mark)).LinkText() is { } mark
                && FencedDelete.Restore(this, session, key, mark)
            )
        {
            return Opened(session, key);
        }
    }

    private byte[] Opened(Session session, string key)
    {
        try
        {
            return session.Send(Requests.Open(Paths.Of(key), OpenModes.Read)).Handle();
        }
        catch (StatusException e)
            when (e.Code == StatusCode.Failure && session.Send(Requests.Stat(Paths.Of(key))).AttributesIfAny() is { IsFile: false })
        {
            throw NoFile(key);
        }
    }

    /// <summary>The metadata and the first bytes arrive in one round trip.</summary>
    private DriverRead Open(SessionLease lease, byte[] handle, string key, ReadOptions options, ByteRange range)
    {
        var stat = lease.Session.Send(Requests.Stat(handle));
        var count = (int)Math.Min(range.Length ?? long.MaxValue, Math.Min(lease.Session.Features.ReadBlock, Options.MaxBytesInFlight));
        var first = count == 0 ? ((Reply Reply, int Count)?)null : (lease.Session.Send(Requests.Read(handle, range.Offset, count)), count);
        var attributes = stat.Attributes();
        if (!attributes.IsFile)
            throw NoFile(key);
        var info = SftpVersions.FileOf(key, attributes);
        if (Conditions.Failure(info, options.IfMatch, key, Name) is { } failure)
            throw failure;
        var length = range.CountOf(info.Size);
        var window = new ReadWindow(lease.Session, handle, range.Offset, length, Options.MaxBytesInFlight);
        if (first is { } sent)
            window.Begin(sent.Reply, sent.Count);
        return new DriverRead(info, new SftpReadStream(lease, handle, length, window));
    }

    private InvalidPathException NoFile(string key) => new("The path is a folder or a device; a file was expected.", key, Name);
}
