using System.Security.Cryptography;
using RemoteStore.Local;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Fencing;

/// <summary>
/// The second name of a file that is moved, next to its destination. The plain rename that publishes it is two system
/// calls in OpenSSH, link and unlink, so a server killed between them leaves this name next to the published
/// destination. Hard links of one file share its times; this distinguishes it from another file with equal attributes.
/// </summary>
internal sealed class StagedHardLink(SftpDriver driver, Session session, FenceRecord record)
{
    // Years ahead, since a read updates an access time in the past; below 2^31, the last second of some file systems.
    private const int FirstMark = 2_000_000_000;

    /// <summary>Removes the name, so that it can no longer be published.</summary>
    /// <param name="version">The version that is moved.</param>
    /// <returns>Whether this rolls the move back; false when the name was already published.</returns>
    internal bool TryReclaim(FileVersion version)
    {
        var (destination, mark) = (record.Destination!, (uint)RandomNumberGenerator.GetInt32(FirstMark, int.MaxValue));
        var aside = driver.Paths.SiblingOf(destination, StagingName.New(LocalKeys.NameOf(destination)));
        var taken = session.Send(Requests.ReplacingRename(driver.Paths.SiblingOf(destination, record.Staged), aside));
        var marked = session.Send(Requests.SetTimes(aside, mark, version.LastModified));
        var look = session.Send(Requests.Stat(driver.Paths.Of(destination)));
        session.SendAndForget(Requests.SetTimes(aside, version.LastModified));
        session.SendAndForget(Requests.Remove(aside));
        var (refusal, isMarked, there) = (taken.Refusal(), marked.Refusal() is null, look.AttributesIfAny());
        if (refusal is { Code: not StatusCode.NoSuchFile })
            throw refusal;
        return !(version.Matches(there) && (refusal is not null || (isMarked && there?.AccessedAt == mark)));
    }
}
