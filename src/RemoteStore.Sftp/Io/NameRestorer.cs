using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Io;

/// <summary>How the giving back of a name ended.</summary>
internal enum RestoreResult
{
    /// <summary>The file has its name again.</summary>
    Done,

    /// <summary>The file is gone: somebody else has recovered it.</summary>
    Gone,

    /// <summary>Something else has the name; only then the file may be dropped.</summary>
    Taken,
}

/// <summary>Gives a file that was set aside its name back. It may be the only copy of what was acknowledged.</summary>
internal static class NameRestorer
{
    private const int MaxRefusals = 3;

    /// <summary>Tries it.</summary>
    /// <exception cref="StatusException">The server refused it, though nothing has the name.</exception>
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
            // "Failure" also says that the name was taken for a moment.
            if (refusals == MaxRefusals || refusal.Code != StatusCode.Failure)
                throw refusal;
        }
    }
}
