using System.Globalization;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Fencing;

/// <summary>The version of a file, as far as version 3 of the protocol reports it: the second of the last change, and the size.</summary>
internal readonly record struct FileVersion(uint LastModified, long Size)
{
    internal string ETag => string.Create(CultureInfo.InvariantCulture, $"{LastModified:x}-{Size:x}");

    /// <exception cref="BackendUnavailableException">The server reports no time, without which versions cannot be
    /// distinguished.</exception>
    internal static FileVersion Of(SftpAttributes attributes) =>
        new(attributes.LastModified ?? throw SftpErrors.NoTime(), attributes.Size ?? 0);

    internal static FileVersion? Parse(string etag)
    {
        var dash = etag.IndexOf('-', StringComparison.Ordinal);
        return
            dash > 0
            && uint.TryParse(etag.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var time)
            && long.TryParse(etag.AsSpan(dash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size)
            && new FileVersion(time, size) is var version
            && version.ETag == etag
            ? version
            : null;
    }

    internal bool Matches(SftpAttributes? attributes) => attributes is { IsFile: true, LastModified: not null } there && Of(there) == this;
}
