using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace RemoteStore.Local;

/// <summary>
/// The names of staged files: <c>.~tmp.name.hex</c> next to their target, with the name shortened to fit 255 bytes and 16 random digits.
/// The name is the token of a detached write, so it is validated strictly before it is used.
/// </summary>
internal static class StagingName
{
    internal const int Digits = 16;
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    private static readonly ConcurrentDictionary<string, bool> LiveNames = new(StringComparer.Ordinal);

    internal static string New(string target) => Of(target, RandomNumberGenerator.GetHexString(Digits, lowercase: true));

    internal static string Of(string target, string digits) => PrefixFor(target) + digits;

    internal static string DigitsOf(string staged) => staged[^Digits..];

    /// <summary>The target of a staged file; null where its name was shortened or is not valid.</summary>
    internal static string? TargetOf(string staged)
    {
        var length = staged.Length - PathRules.TempPrefix.Length - 1 - Digits;
        if (length <= 0)
            return null;
        var target = staged.Substring(PathRules.TempPrefix.Length, length);
        return Shortened(target + "~") != target && IsTokenFor(staged, target) ? target : null;
    }

    /// <summary>Whether the token names a staged file of this target; no other token reaches the file system.</summary>
    internal static bool IsTokenFor(string token, string target)
    {
        var prefix = PrefixFor(target);
        return token.Length == prefix.Length + Digits
            && token.StartsWith(prefix, StringComparison.Ordinal)
            && !token.AsSpan(prefix.Length).ContainsAnyExcept(LowerHex);
    }

    /// <summary>Marks a staged file as being written by this process: no cleanup removes it, whatever its age.</summary>
    internal static void Enter(string name) => LiveNames[name] = true;

    internal static void Leave(string name) => LiveNames.TryRemove(name, out _);

    internal static bool IsLive(string name) => LiveNames.ContainsKey(name);

    private static string PrefixFor(string target) => $"{PathRules.TempPrefix}{Shortened(target)}.";

    private static string Shortened(string target)
    {
        var room = PathRules.MaxSegmentBytes - PathRules.TempPrefix.Length - 1 - Digits;
        if (Encoding.UTF8.GetByteCount(target) <= room)
            return target;
        var (length, bytes) = (0, 0);
        foreach (var rune in target.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > room)
                break;
            length += rune.Utf16SequenceLength;
        }

        return target[..length];
    }
}
