using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Io;

/// <summary>Syncs folders, which makes names durable; some mounts can sync only files.</summary>
/// <param name="refused">Called once when the server's mount turns out not to support it.</param>
internal sealed class FolderSyncs(Action refused)
{
    private volatile bool _worked;
    private int _refusals;

    internal bool AreRefused => Volatile.Read(ref _refusals) > 0;

    /// <summary>
    /// Processes the reply to a sync. A mount without support does not fail writes; a mount that supported it before
    /// and now refuses has lost a name.
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
