using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Io;

/// <summary>The syncing of folders, by which names are kept; some mounts sync files only.</summary>
/// <param name="refused">Called once when the server's mount turns out to be unable to.</param>
internal sealed class FolderSyncs(Action refused)
{
    private volatile bool _worked;
    private int _refusals;

    internal bool AreRefused => Volatile.Read(ref _refusals) > 0;

    /// <summary>
    /// Takes the answer to a sync. A mount that cannot sync fails no write; one that could, and does no longer, has lost a name.
    /// </summary>
    internal void Take(Reply? sync)
    {
        if (sync is null)
            return;
        if (sync.Refusal() is not { } refusal)
            _worked = true;
        else if (refusal.Code == StatusCode.Failure && _worked)
            throw refusal;
        else if (Interlocked.Exchange(ref _refusals, 1) == 0)
            refused();
    }
}
