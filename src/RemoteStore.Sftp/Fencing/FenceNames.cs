using System.Globalization;
using System.Security.Cryptography;
using RemoteStore.Local;

namespace RemoteStore.Sftp.Fencing;

/// <summary>The meaning of a hidden name of a fence.</summary>
internal enum FencePart
{
    Record,
    Mark,
    Aside,
    MinimumTimestamp,
}

/// <summary>
/// The hidden names of one file's fence, next to the file. <c>.~rs.HASH.ETAG.NUMBER</c>: a record, the request to
/// follow that version. <c>.~rs.HASH.x.0</c>: a mark, a removal in progress and where it moves the file.
/// <c>.~rs.HASH.t.ETAG.DIGITS</c>: a file displaced by a removal. <c>.~rs.HASH.d.0</c>: the second after which the
/// next version must be dated. All but the third are dangling symbolic links whose text is their content.
/// </summary>
internal sealed class FenceNames(SftpPaths paths, string key)
{
    private readonly string _prefix = Records.PrefixOf(LocalKeys.NameOf(key));

    internal string Mark => paths.SiblingOf(key, $"{_prefix}x.0");

    internal string MinimumTimestamp => paths.SiblingOf(key, $"{_prefix}d.0");

    internal static string NewPlan(FileVersion version) =>
        $"{version.ETag}.{RandomNumberGenerator.GetHexString(StagingName.Digits, lowercase: true)}";

    internal string RecordOf(FileVersion version, int number) =>
        paths.SiblingOf(key, string.Create(CultureInfo.InvariantCulture, $"{_prefix}{version.ETag}.{number}"));

    internal string AsideOf(string plan) => paths.SiblingOf(key, $"{_prefix}t.{plan}");

    /// <summary>Parses a listed name: its meaning, and the version in it.</summary>
    internal static bool TryRead(string name, out FencePart part, out FileVersion? version)
    {
        (part, version) = (default, null);
        var words = name.StartsWith(Records.Prefix, StringComparison.Ordinal) ? name[Records.Prefix.Length..].Split('.') : [];
        if (words.Length < 3)
            return false;
        part = words[1] switch
        {
            "x" => FencePart.Mark,
            "t" => FencePart.Aside,
            "d" => FencePart.MinimumTimestamp,
            _ => FencePart.Record,
        };
        version = FileVersion.Parse(part == FencePart.Aside ? words[2] : words[1]);
        return part is FencePart.Mark or FencePart.MinimumTimestamp || version is not null;
    }

    internal static string MarkText(string plan, string name) => $"{plan} {name}";

    internal static string FloorText(FileVersion version) => version.LastModified.ToString(CultureInfo.InvariantCulture);

    /// <summary>The plan in a mark's text, and the version that it removes.</summary>
    internal static (string Plan, FileVersion Version)? PlanIn(string text)
    {
        var (dot, space) = (text.IndexOf('.', StringComparison.Ordinal), text.IndexOf(' ', StringComparison.Ordinal));
        return dot > 0 && dot < space && !text.AsSpan(0, space).Contains('/') && FileVersion.Parse(text[..dot]) is { } version
            ? (text[..space], version)
            : null;
    }

    internal static uint FloorIn(string? text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var time) ? time : 0;
}
