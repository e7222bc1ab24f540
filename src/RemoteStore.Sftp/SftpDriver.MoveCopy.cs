using System.Buffers;
using RemoteStore.Drivers;
using RemoteStore.Local;
using RemoteStore.Sftp.Io;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp;

internal sealed partial class SftpDriver
{
    private const int CopyBlock = 128 * 1024;

    // One request copies this much, so that the server is never without output for the duration of a whole file.
    private const long ServerCopyBlock = 64 * 1024 * 1024;

    public override ValueTask MoveAsync(string source, string destination, MoveCopyOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var lease = _pool.Acquire();
        CheckConditions(null, options.IfMatch, source);
        AtDestination(
            destination,
            () =>
            {
                try
                {
                    Move(lease, source, destination, options);
                }
                catch (StatusException e) when (e.Code == StatusCode.NoSuchFile)
                {
                    MakeFolders(lease.Session, LocalKeys.ParentOf(destination), destination);
                    Move(lease, source, destination, options);
                }
            }
        );
        return default;
    }

    public override ValueTask CopyAsync(string source, string destination, MoveCopyOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var lease = _pool.Acquire(SessionPool.Heavy);
        CheckConditions(null, options.IfMatch, source);
        var handle = lease.Session.Send(Requests.Open(Paths.Of(source), OpenModes.Read)).Handle();
        try
        {
            var attributes = lease.Session.Send(Requests.Stat(handle)).Attributes();
            var size = attributes.IsFile ? attributes.Size ?? throw SftpErrors.NoSize() : throw NoFile(source);
            if (Conditions.Failure(SftpVersions.InfoOf(source, attributes), options.IfMatch, source, Name) is { } failure)
                throw failure;
            AtDestination(
                destination,
                () =>
                    Put(
                        destination,
                        options.AtDestination,
                        lease,
                        staged => Copy(lease.Session, handle, size, staged, cancellationToken),
                        attributes
                    )
            );
        }
        finally
        {
            lease.Session.SendAndForget(Requests.Close(handle));
        }

        return default;
    }

    private void Move(SessionLease lease, string source, string destination, MoveCopyOptions options)
    {
        if (IsFenced)
            MoveFenced(lease, source, destination, options);
        else
            Rename(lease.Session, source, destination, options);
    }

    private void Rename(Session session, string source, string destination, MoveCopyOptions options)
    {
        var from = Paths.Of(source);
        var stat = session.Send(Requests.Stat(from));
        using var publication = new Publication(this, session, destination, options.AtDestination) { KeepsMode = true };
        var attributes = Movable(stat, source, null);
        publication.Check();
        publication.Publish(from, attributes, isToken: true);
        Versions.NoteRemoval(source, attributes);
    }

    private SftpAttributes Movable(Reply stat, string source, string? ifMatch)
    {
        var attributes = stat.AttributesIfAny() ?? throw StorageErrors.NotFound(source, Name);
        if (!attributes.IsFile)
            throw NoFile(source);
        return Conditions.Failure(SftpVersions.InfoOf(source, attributes), ifMatch, source, Name) is { } failure
            ? throw failure
            : attributes;
    }

    private void Copy(Session session, byte[] from, long size, SftpStaged to, CancellationToken cancellationToken)
    {
        if (!session.Features.CanCopy)
            CopyThrough(session, from, size, to, cancellationToken);
        else
            for (var offset = 0L; offset < size; offset += ServerCopyBlock)
                to.Append(from, offset, Math.Min(ServerCopyBlock, size - offset));
    }

    private void CopyThrough(Session session, byte[] from, long size, SftpStaged to, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBlock);
        try
        {
            var content = new ReadWindow(session, from, 0, size, Options.MaxBytesInFlight);
            for (var position = 0L; position < size; )
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = content.Read(position, buffer);
                to.Append(buffer.AsSpan(0, count));
                position += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reports failures at the destination under its path; the kernel would name the source.</summary>
    private static void AtDestination(string destination, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (SftpErrors.Classify(e, Drivers.DriverOperation.Commit) is { } mapped and not BackendUnavailableException)
        {
            throw mapped.WithPath(destination);
        }
    }
}
