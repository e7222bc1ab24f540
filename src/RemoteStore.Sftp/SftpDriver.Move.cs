using RemoteStore.Local;
using RemoteStore.Sftp.Fencing;
using RemoteStore.Sftp.Io;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp;

/// <content>
/// Moves under the fence: the file gets a second name at its destination, which is committed like any write, and then the first one is removed as
/// any version is. A rename would take whatever stands at the source, and OpenSSH's plain rename is two calls.
/// </content>
internal sealed partial class SftpDriver
{
    private const int MaxMoves = 100;

    private void MoveFenced(SessionLease lease, string source, string destination, TransferOptions options)
    {
        for (var tries = 0; tries < MaxMoves; tries++)
        {
            if (TryMove(lease, source, destination, options) is not { } moved)
                continue;
            if (new SftpFence(this, lease.Session, source).TryRemove(moved))
                Versions.NoteRemoval(source, moved.ModifiedAt);
            return;
        }

        throw new BackendUnavailableException("The path keeps changing.", source, Name) { IsTransient = true };
    }

    /// <summary>Publishes the file at its destination.</summary>
    /// <returns>The version to remove; null when the source was changed meanwhile.</returns>
    private FileVersion? TryMove(SessionLease lease, string source, string destination, TransferOptions options)
    {
        var stat = lease.Session.Send(Requests.Stat(Paths.Of(source)));
        using var publication = new Publication(this, lease.Session, destination, WriteOptionsOf(options));
        var attributes = Movable(stat, source, options.IfMatch);
        publication.Check();
        // The second name's time is the first one's too, and must not change under those who look at it.
        var isLink = publication.TakesTimeOf(attributes);
        var second = isLink ? Linked(lease.Session, source, destination) : Copied(lease, source, destination);
        try
        {
            if (!FileVersion.Of(attributes).IsThatOf(second.Origin))
            {
                Drop(lease.Session, second.Path);
                return null;
            }

            publication.Publish(second.Path, second.Attributes, isToken: false, keepsTime: isLink, isTransfer: true);
            return FileVersion.Of(attributes);
        }
        catch (Exception e) when (e is not SessionLostException)
        {
            Drop(lease.Session, second.Path);
            throw;
        }
    }

    private (string Path, SftpAttributes Attributes, SftpAttributes Origin) Linked(Session session, string source, string destination)
    {
        var path = Paths.Beside(destination, StagingName.New(LocalKeys.NameOf(destination)));
        var link = session.Send(Requests.HardLink(Paths.Of(source), path));
        var stat = session.Send(Requests.Stat(path));
        link.Done();
        var attributes = stat.Attributes();
        return (path, attributes, attributes);
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
                Copy(lease.Session, from, origin.Size ?? 0, staged, CancellationToken.None);
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
