using RemoteStore.Local;
using RemoteStore.Sftp.Fencing;
using RemoteStore.Sftp.Io;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp;

/// <content>Listings find the leftovers of crashed writers, and remove them when they are old enough.</content>
internal sealed partial class SftpDriver
{
    private const int ListedAtOnce = 1000;

    // A minimum timestamp is needed until the server's clock has passed it, usually for seconds.
    private static readonly TimeSpan FloorGrace = TimeSpan.FromMinutes(10);

    /// <summary>Cleans up the whole tree. A refusal does not stop the remaining work, and is thrown at the end.</summary>
    /// <returns>The number of removed names.</returns>
    internal int CleanUp(CancellationToken cancellationToken)
    {
        var failures = new DeferredFailure(SftpErrors.IsOfSession);
        var swept = CleanUp("", failures, cancellationToken);
        failures.ThrowIfAny();
        return swept;
    }

    private int CleanUp(string folder, DeferredFailure failures, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var folders = new List<string>();
        return failures.Try(() => CleanUpOne(folder, folders, failures, cancellationToken))
            + folders.Sum(f => CleanUp(f, failures, cancellationToken));
    }

    private int CleanUpOne(string folder, List<string> folders, DeferredFailure failures, CancellationToken cancellationToken)
    {
        using var lease = _pool.Acquire();
        using var listing = OpenListing.Open(this, lease.Session, folder);
        if (listing is not null)
            listing.Failures = failures;
        while (listing?.Take(ListedAtOnce, cancellationToken) is { Count: > 0 } entries)
            folders.AddRange(entries.Where(e => e.IsFolder).Select(e => e.Entry.Path));
        return listing?.CleanedUp ?? 0;
    }

    /// <summary>Removes a hidden name that is no longer needed.</summary>
    /// <param name="session">The session.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The listed name.</param>
    /// <param name="isLast">Whether the folder has no files and is being removed: then no record in it can count.</param>
    /// <returns>Whether it was removed.</returns>
    internal bool TryCleanUp(Session session, string folder, ListedName name, bool isLast)
    {
        if (name.Name.StartsWith(PathRules.TempPrefix, StringComparison.Ordinal))
            return name.Attributes is { IsFile: true } or { IsLink: true }
                && IsOlder(name, Options.StagingGrace)
                && CleanedUp(session, folder, name);
        if (BackupName.Parse(name.Name) is { } backup)
            return name.Attributes.IsFile
                && Now - backup.At > Options.StagingGrace
                && ReturnedOrRemoved(session, folder, name, backup.Target)
                && !isLast;
        if (!FenceNames.TryRead(name.Name, out var part, out var version))
            return false;
        return part switch
        {
            FencePart.Aside => (isLast || IsOlder(name, Options.StagingGrace))
                && version!.Value.Matches(name.Attributes)
                && CleanedUp(session, folder, name),
            FencePart.MinimumTimestamp => (isLast || IsOlder(name, FloorGrace)) && CleanedUp(session, folder, name),
            FencePart.Mark => (isLast || IsOlder(name, Options.StagingGrace)) && Unmarked(session, folder, name),
            _ => (isLast || IsOlder(name, Options.StagingGrace)) && Unrecorded(session, folder, name, version!.Value),
        };
    }

    private bool CleanedUp(Session session, string folder, ListedName name)
    {
        session.SendAndForget(Requests.Remove(Paths.Of(LocalKeys.Join(folder, name.Name))));
        return true;
    }

    /// <summary>Restores a file that was moved aside; it is deleted only when its original name is taken.</summary>
    private bool ReturnedOrRemoved(Session session, string folder, ListedName name, string target) =>
        NameRestorer.Try(session, Paths.Of(LocalKeys.Join(folder, name.Name)), Paths.Of(LocalKeys.Join(folder, target))) switch
        {
            RestoreResult.Taken => CleanedUp(session, folder, name),
            var given => given == RestoreResult.Done,
        };

    private bool Unmarked(Session session, string folder, ListedName name)
    {
        var text = session.Send(Requests.ReadLink(Paths.Of(LocalKeys.Join(folder, name.Name)))).LinkText();
        if (text is not null && text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space)
            FencedDelete.Restore(this, session, LocalKeys.Join(folder, text[(space + 1)..]), text);
        return CleanedUp(session, folder, name);
    }

    /// <summary>
    /// The record of an abandoned staged file keeps its number while its version exists: the next record was created because of it.
    /// </summary>
    private bool Unrecorded(Session session, string folder, ListedName name, FileVersion version)
    {
        var text = session.Send(Requests.ReadLink(Paths.Of(LocalKeys.Join(folder, name.Name)))).LinkText();
        if (text is null || Records.Parse(text) is not { } record)
            return false;
        var fence = new SftpFence(this, session, LocalKeys.Join(folder, record.Target));
        fence.TrySettle(version);
        return !version.Matches(fence.Lookup()) && CleanedUp(session, folder, name);
    }

    private bool IsOlder(ListedName name, TimeSpan age) =>
        name.Attributes.LastModified is { } time && _clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(time) > age;
}
