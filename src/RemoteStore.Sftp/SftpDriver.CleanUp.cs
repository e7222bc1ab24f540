using RemoteStore.Local;
using RemoteStore.Sftp.Fencing;
using RemoteStore.Sftp.Io;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp;

/// <content>What crashed writers left is met by listings, and removed there once it is old enough.</content>
internal sealed partial class SftpDriver
{
    private const int ListedAtOnce = 1000;

    // A floor is needed until the server's clock has passed it, which is a matter of seconds.
    private static readonly TimeSpan FloorGrace = TimeSpan.FromMinutes(10);

    /// <summary>Cleans up the whole tree; what it may not touch keeps it from nothing else, and is thrown at the end.</summary>
    /// <returns>How many names were removed.</returns>
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
        return listing?.Swept ?? 0;
    }

    /// <summary>Removes a hidden name that nothing needs any longer.</summary>
    /// <param name="session">The session.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The name that was listed.</param>
    /// <param name="isLast">Whether the folder holds no file and is to be removed: then no record in it can count.</param>
    /// <returns>Whether it was removed.</returns>
    internal bool TryCleanUp(Session session, string folder, ListedName name, bool isLast)
    {
        if (name.Name.StartsWith(PathRules.TempPrefix, StringComparison.Ordinal))
            return name.Attributes is { IsFile: true } or { IsLink: true }
                && IsOlder(name, Options.StagingGrace)
                && Swept(session, folder, name);
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
                && Swept(session, folder, name),
            FencePart.MinimumTimestamp => (isLast || IsOlder(name, FloorGrace)) && Swept(session, folder, name),
            FencePart.Mark => (isLast || IsOlder(name, Options.StagingGrace)) && Unmarked(session, folder, name),
            _ => (isLast || IsOlder(name, Options.StagingGrace)) && Unrecorded(session, folder, name, version!.Value),
        };
    }

    private bool Swept(Session session, string folder, ListedName name)
    {
        session.SendAndForget(Requests.Remove(Paths.Of(LocalKeys.Join(folder, name.Name))));
        return true;
    }

    /// <summary>A file that stepped aside gets its name back, and goes only where something exists there.</summary>
    private bool ReturnedOrRemoved(Session session, string folder, ListedName name, string target) =>
        NameRestorer.Try(session, Paths.Of(LocalKeys.Join(folder, name.Name)), Paths.Of(LocalKeys.Join(folder, target))) switch
        {
            RestoreResult.Taken => Swept(session, folder, name),
            var given => given == RestoreResult.Done,
        };

    private bool Unmarked(Session session, string folder, ListedName name)
    {
        var text = session.Send(Requests.ReadLink(Paths.Of(LocalKeys.Join(folder, name.Name)))).LinkText();
        if (text is not null && text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space)
            FencedDelete.Restore(this, session, LocalKeys.Join(folder, text[(space + 1)..]), text);
        return Swept(session, folder, name);
    }

    /// <summary>
    /// A record of a staged file that was dropped keeps its number as long as its version is there: the next one was made because of it.
    /// </summary>
    private bool Unrecorded(Session session, string folder, ListedName name, FileVersion version)
    {
        var text = session.Send(Requests.ReadLink(Paths.Of(LocalKeys.Join(folder, name.Name)))).LinkText();
        if (text is null || Records.Parse(text) is not { } record)
            return false;
        var fence = new SftpFence(this, session, LocalKeys.Join(folder, record.Target));
        fence.TrySettle(version);
        return !version.Matches(fence.Lookup()) && Swept(session, folder, name);
    }

    private bool IsOlder(ListedName name, TimeSpan age) =>
        name.Attributes.LastModified is { } time && _clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(time) > age;
}
