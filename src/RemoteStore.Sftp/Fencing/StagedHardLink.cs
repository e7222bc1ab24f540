using System.Security.Cryptography;
using RemoteStore.Local;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Fencing;

/// <summary>
/// The second name of a file that is moved, next to its destination. The plain rename that publishes it is two calls of OpenSSH's, link and
/// unlink, so a server that is killed between them leaves it next to the destination that it was published at. Two names of one file share
/// its times, by which that is distinguished from a file of somebody else's that looks alike.
/// </summary>
internal sealed class StagedHardLink(SftpDriver driver, Session session, FenceRecord record)
{
    // Years ahead, since a read moves a time of access that is past; below 2^31, which is the last second of some file systems.
    private const int FirstMark = 2_000_000_000;

    /// <summary>Takes the name away, so that it cannot be published any longer.</summary>
    /// <param name="version">The version that is moved.</param>
    /// <returns>Whether that takes the move back; false when it was published before.</returns>
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
