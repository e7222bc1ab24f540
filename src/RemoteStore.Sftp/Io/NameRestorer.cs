using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Io;

/// <summary>The result of restoring a name.</summary>
internal enum RestoreResult
{
    /// <summary>The file has its name again.</summary>
    Done,

    /// <summary>The file no longer exists: another client has already recovered it.</summary>
    Gone,

    /// <summary>Another file has the name; only then may this file be deleted.</summary>
    Taken,
}

/// <summary>Restores the name of a file that was moved aside. The file may be the only copy of acknowledged content.</summary>
internal static class NameRestorer
{
    private const int MaxRefusals = 3;

    /// <summary>Makes one attempt.</summary>
    /// <exception cref="StatusException">The server refused it, although the name is free.</exception>
    internal static RestoreResult Try(Session session, string aside, string path)
    {
        for (var refusals = 1; ; refusals++)
        {
            var rename = session.Send(Requests.Rename(aside, path));
            var look = session.Send(Requests.LinkStat(path));
            if (rename.Refusal() is not { } refusal)
                return RestoreResult.Done;
            if (refusal.Code == StatusCode.NoSuchFile)
                return RestoreResult.Gone;
            if (look.AttributesIfAny() is not null)
                return RestoreResult.Taken;
            // "Failure" is also reported when the name was taken for a moment.
            if (refusals == MaxRefusals || refusal.Code != StatusCode.Failure)
                throw refusal;
        }
    }
}
