using RemoteStore.Local;
using RemoteStore.Sftp.Io;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Fencing;

/// <summary>
/// Takes a version away once its removal is recorded. No request removes a file under the condition that it is a certain version, so it is
/// moved aside under a name of its own and checked: what should not have been taken goes back. A mark names it in the meantime, for anyone
/// who misses the file.
/// </summary>
internal sealed class FencedDelete(SftpDriver driver, Session session, string key, FileVersion version)
{
    private readonly string _path = driver.Paths.Of(key);
    private readonly FenceNames _names = new(driver.Paths, key);

    /// <summary>Removes the version; a no-op when it is gone.</summary>
    /// <param name="token">What reports the removal's owner that it was carried out; null for nothing.</param>
    /// <param name="now">The server's time in seconds; 0 when it is not known.</param>
    internal void Run(string? token, uint now)
    {
        var plan = FenceNames.NewPlan(version);
        var aside = _names.AsideOf(plan);
        if (token is not null)
            session.SendAndForget(Requests.Remove(token));
        var mark = session.Send(Requests.SymLink(FenceNames.MarkText(plan, LocalKeys.NameOf(key)), _names.Mark));
        if (now <= version.LastModified)
            LeaveMinimumTimestamp();
        var moved = session.Send(Requests.ReplacingRename(_path, aside));
        var look = session.Send(Requests.Stat(aside));
        var refusal = moved.Refusal();
        if (refusal is null)
            Finish(aside, look.AttributesIfAny());
        if (mark.Refusal() is null)
            session.SendAndForget(Requests.Remove(_names.Mark));
        if (refusal is { Code: not StatusCode.NoSuchFile })
            throw refusal;
    }

    /// <summary>Restores what a late removal displaced by mistake.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="session">The session.</param>
    /// <param name="key">The file that is missed.</param>
    /// <param name="mark">The text of the mark.</param>
    /// <returns>Whether something was restored.</returns>
    /// <exception cref="BackendUnavailableException">It could not be restored, and stays where it is.</exception>
    internal static bool Restore(SftpDriver driver, Session session, string key, string mark)
    {
        if (FenceNames.PlanIn(mark) is not { } planned)
            return false;
        var aside = new FenceNames(driver.Paths, key).AsideOf(planned.Plan);
        return session.Send(Requests.LinkStat(aside)).AttributesIfAny() is { } there
            && !planned.Version.Matches(there)
            && TryGiveBack(driver, session, key, aside, there);
    }

    private void Finish(string aside, SftpAttributes? taken)
    {
        if (version.Matches(taken))
            session.SendAndForget(Requests.Remove(aside));
        else if (taken is { } mistaken)
            TryGiveBack(driver, session, key, aside, mistaken);
    }

    /// <summary>
    /// Where the name is taken by now, a later version was published after this one was displaced: only then it is dropped.
    /// </summary>
    private static bool TryGiveBack(SftpDriver driver, Session session, string key, string aside, SftpAttributes taken)
    {
        try
        {
            var given = NameRestorer.Try(session, aside, driver.Paths.Of(key));
            if (given == RestoreResult.Taken && taken.IsFile)
                session.SendAndForget(Requests.Remove(aside));
            return given == RestoreResult.Done;
        }
        catch (StatusException refusal)
        {
            throw NotGivenBack(driver, key, LocalKeys.NameOf(aside), refusal);
        }
    }

    private static BackendUnavailableException NotGivenBack(SftpDriver driver, string key, string aside, StatusException refusal)
    {
        driver.NoteNotRestored(key, aside);
        return new BackendUnavailableException(
            $"A version that was displaced by mistake could not be restored yet; it is {aside}.",
            key,
            driver.Name,
            refusal
        )
        {
            IsTransient = true,
            NativeCode = $"SSH_FX_{(uint)refusal.Code}",
        };
    }

    /// <summary>A version that is dated ahead of the server's clock would come back if the file were created again at once.</summary>
    private void LeaveMinimumTimestamp()
    {
        session.SendAndForget(Requests.Remove(_names.MinimumTimestamp));
        session.SendAndForget(Requests.SymLink(FenceNames.FloorText(version), _names.MinimumTimestamp));
    }
}
