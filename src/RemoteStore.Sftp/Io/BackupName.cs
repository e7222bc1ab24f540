using System.Globalization;
using System.Security.Cryptography;
using RemoteStore.Local;

namespace RemoteStore.Sftp.Io;

/// <summary>
/// The names of files moved aside: <c>.~bak.name.hex</c>, next to their original name. The first half of the digits is
/// the second of the move, since the file keeps its own time.
/// </summary>
internal static class BackupName
{
    internal const string Prefix = ".~bak.";
    private const int TimeDigits = StagingName.Digits / 2;

    internal static string New(string target, DateTimeOffset now)
    {
        var random = RandomNumberGenerator.GetHexString(StagingName.Digits - TimeDigits, lowercase: true);
        var digits = string.Create(CultureInfo.InvariantCulture, $"{(uint)now.ToUnixTimeSeconds():x8}{random}");
        return Prefix + StagingName.Of(target, digits)[PathRules.TempPrefix.Length..];
    }

    /// <summary>The original name, and the time of the move; null when the name was truncated, or is not a backup name.</summary>
    internal static (string Target, DateTimeOffset At)? Parse(string name)
    {
        if (
            !name.StartsWith(Prefix, StringComparison.Ordinal)
            || StagingName.TargetOf(PathRules.TempPrefix + name[Prefix.Length..]) is not { } target
        )
            return null;
        var seconds = uint.Parse(
            StagingName.DigitsOf(name).AsSpan(0, TimeDigits),
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture
        );
        return (target, DateTimeOffset.FromUnixTimeSeconds(seconds));
    }
}
