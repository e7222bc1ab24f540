using RemoteStore.Local;
using RemoteStore.Sftp.Fencing;
using RemoteStore.Sftp.Io;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp;

/// <content> Moves under the fence: the file gets a hard link at its destination, which is committed like any write, and then the source is
/// removed like any version. A rename would take any file that exists at the source, and OpenSSH's plain rename is two system calls. The
/// move is first recorded over the source's version, so that a client that finds both names can complete it or roll it back. </content>
internal sealed partial class SftpDriver
{
    private const int MaxMoves = 100;

    private void MoveFenced(SessionLease lease, string source, string destination, MoveCopyOptions options)
    {
        for (var attempts = 0; attempts < MaxMoves; attempts++)
        {
            if (TryMove(lease, source, destination, options))
                return;
        }

        throw new BackendUnavailableException("Too much contention: the file keeps changing. Retry later.", source, Name)
        {
            IsTransient = true,
        };
    }

    /// <summary>Moves the file; false when the source was changed concurrently, or the move was rolled back.</summary>
    private bool TryMove(SessionLease lease, string source, string destination, MoveCopyOptions options)
    {
        var stat = lease.Session.Send(Requests.Stat(Paths.Of(source)));
        using var publication = new Publication(this, lease.Session, destination, options.AtDestination);
        var attributes = Movable(stat, source, options.IfMatch);
        var version = FileVersion.Of(attributes);
        publication.Check();
        // The two names share the time, which must not change under clients that check it.
        var isMoved = publication.TakesTimeOf(attributes)
            ? TryMoveName(lease.Session, publication, source, destination, version)
            : TryMoveCopy(lease, publication, source, destination, version);
        if (isMoved)
            Versions.NoteRemoval(source, version.LastModified);
        return isMoved;
    }

    private bool TryMoveName(Session session, Publication publication, string source, string destination, FileVersion version)
    {
        var name = StagingName.New(LocalKeys.NameOf(destination));
        var second = Paths.SiblingOf(destination, name);
        var attributes = Linked(session, source, second);
        try
        {
            var fence = new SftpFence(this, session, source);
            if (!version.Matches(attributes) || fence.TryRecordMove(version, name, destination) is not { } move)
            {
                Drop(session, second);
                return false;
            }

            publication.KeepsMode = true;
            publication.Publish(second, attributes, isToken: false, keepsTime: true, isTransfer: true);
            fence.FinishMove(move);
            return true;
        }
        catch (NotFoundException)
        {
            // Another client found the record and has removed the hard link.
            return false;
        }
        catch (Exception e) when (e is not SessionLostException)
        {
            Drop(session, second);
            throw;
        }
    }

    /// <summary>A copy has a time of its own, by which its origin could not be identified: the move is not recorded.</summary>
    private bool TryMoveCopy(SessionLease lease, Publication publication, string source, string destination, FileVersion version)
    {
        var (path, attributes, origin) = Copied(lease, source, destination);
        try
        {
            if (!version.Matches(origin))
            {
                Drop(lease.Session, path);
                return false;
            }

            publication.CopyOf = origin;
            publication.Publish(path, attributes, isToken: false, isTransfer: true);
        }
        catch (Exception e) when (e is not SessionLostException)
        {
            Drop(lease.Session, path);
            throw;
        }

        new SftpFence(this, lease.Session, source).TryRemove(version);
        return true;
    }

    private SftpAttributes Linked(Session session, string source, string second)
    {
        var link = session.Send(Requests.HardLink(Paths.Of(source), second));
        var stat = session.Send(Requests.Stat(second));
        link.Done();
        return stat.Attributes();
    }

    private (string Path, SftpAttributes Attributes, SftpAttributes Origin) Copied(SessionLease lease, string source, string destination)
    {
        var from = lease.Session.Send(Requests.Open(Paths.Of(source), OpenModes.Read)).Handle();
        try
        {
            var origin = lease.Session.Send(Requests.Stat(from)).Attributes();
            var (staged, _) = Stage(lease, destination, null);
            try
            {
                staged.Restrict();
                Copy(lease.Session, from, origin.Size ?? throw SftpErrors.NoSize(), staged, CancellationToken.None);
                return (staged.Path, staged.Complete(), origin);
            }
            catch
            {
                staged.Abandon();
                throw;
            }
        }
        finally
        {
            lease.Session.SendAndForget(Requests.Close(from));
        }
    }

    private static void Drop(Session session, string path)
    {
        if (!session.IsLost)
            session.Send(Requests.Remove(path)).Refusal();
    }
}
