using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RemoteStore.Drivers;

namespace RemoteStore.Local;

/// <summary>The recorded intent to replace a version.</summary>
/// <param name="Staged">The file whose rename publishes the change, or whose removal decides a deletion.</param>
/// <param name="Target">The public name.</param>
/// <param name="IsRemoval">Whether it removes the file.</param>
/// <param name="Destination">
/// The key to which the file is moved; the staged file in its folder is the second name. Null when it is not a move.
/// </param>
internal sealed record FenceRecord(string Staged, string Target, bool IsRemoval, string? Destination = null);

/// <summary>
/// Names and texts of records: <c>.~rs.HASH.ETAG.NUMBER</c> is the intent to replace that version of the file with that name. Numbers above
/// 0 follow intents whose staged file was dropped.
/// </summary>
internal static class Records
{
    internal const string Prefix = ".~rs.";
    private const int HashBytes = 16;
    private const int AfterHash = 5 + (2 * HashBytes) + 1;
    private const char Publishes = 'p';
    private const char Removes = 'x';
    private const char Moves = 'm';

    internal static string PrefixOf(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return $"{Prefix}{Convert.ToHexStringLower(hash[..HashBytes])}.";
    }

    internal static string NameOf(string name, LocalStat version, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{VersionPrefixOf(name, version)}{number}");

    internal static string VersionPrefixOf(string name, LocalStat version) => $"{PrefixOf(name)}{version.ETag}.";

    /// <summary>Whether a reserved name is a record or a mark; displaced files are reached through their mark only.</summary>
    internal static bool IsMark(string reserved) =>
        reserved.StartsWith(Prefix, StringComparison.Ordinal) && !reserved.AsSpan(Math.Min(reserved.Length, AfterHash)).StartsWith("t.");

    internal static string Publication(string staged, string name) => $"{Publishes}{StagingName.DigitsOf(staged)} {name}";

    internal static string Removal(string token, string name) => $"{Removes}{StagingName.DigitsOf(token)} {name}";

    internal static string Move(string second, string name, string destination) =>
        $"{Moves}{StagingName.DigitsOf(second)} {name}/{destination}";

    /// <summary>The last record over a version, and the first free number.</summary>
    internal static (FenceRecord? Record, int Next) Last(LocalFolder folder, string name, LocalStat version)
    {
        FenceRecord? last = null;
        for (var number = 0; ; number++)
        {
            if (folder.ReadMark(NameOf(name, version, number)) is not { } text)
                return (last, number);
            last = Parse(text) ?? throw new RemoteStoreException("A fence record of the file is malformed.");
        }
    }

    internal static FenceRecord? Parse(string text)
    {
        if (text.Length < StagingName.Digits + 3 || text[StagingName.Digits + 1] != ' ' || text[0] is not (Publishes or Removes or Moves))
            return null;
        var (digits, target) = (text[1..(StagingName.Digits + 1)], text[(StagingName.Digits + 2)..]);
        var slash = text[0] == Moves ? target.IndexOf('/', StringComparison.Ordinal) : target.Length;
        if (slash < 0)
            return null;
        var destination = slash < target.Length ? target[(slash + 1)..] : null;
        // Any process that can create links in the folder can create a record: nothing in it may lead elsewhere.
        if (!LocalKeys.IsName(target[..slash]) || (destination is not null && !LocalKeys.IsKey(destination)))
            return null;
        var named = destination is null ? target : LocalKeys.NameOf(destination);
        var staged = StagingName.Of(named, digits);
        return StagingName.IsTokenFor(staged, named) ? new FenceRecord(staged, target[..slash], text[0] == Removes, destination) : null;
    }

    /// <summary>Removes the records over a version that no longer exists, from the last to the first.</summary>
    internal static void Remove(LocalFolder folder, string name, LocalStat version, int last)
    {
        for (var number = last; number >= 0; number--)
            Calls.UnlinkIfThere(folder, NameOf(name, version, number));
    }
}

/// <summary>
/// Files displaced by a removal: <c>.~rs.HASH.t.ETAG.DIGITS</c>, with the version that was to be removed. While a removal runs, the mark
/// <c>.~rs.HASH.x.0</c> (or 1) names its file, so that a reader that misses the file can check whether a late removal displaced it.
/// </summary>
internal static class AsideFile
{
    internal const int Marks = 2;

    internal static string MarkOf(string name, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{Records.PrefixOf(name)}x.{number}");

    internal static void Remove(LocalFolder folder, string name, LocalStat version)
    {
        var plan = $"{version.ETag}.{RandomNumberGenerator.GetHexString(StagingName.Digits, lowercase: true)}";
        var mark = Enumerable.Range(0, Marks).Select(n => MarkOf(name, n)).FirstOrDefault(m => folder.TryMark(m, $"{plan} {name}"));
        // This check prevents a late removal from displacing a newer version, except in the moment between the two calls.
        if (folder.Stat(name) == version && Calls.TryRename(folder, name, folder, AsideOf(name, plan), replace: true) is not null)
            Finish(folder, name, plan);
        if (mark is not null)
            Calls.UnlinkIfThere(folder, mark);
    }

    /// <summary>Restores a file that was displaced by mistake.</summary>
    /// <returns>Whether there was any.</returns>
    internal static bool Restore(LocalFolder folder, string name)
    {
        var restored = false;
        for (var number = 0; number < Marks; number++)
        {
            if (folder.ReadMark(MarkOf(name, number)) is { } text && PlanIn(text) is { } plan)
                restored |= Finish(folder, name, plan.Plan);
        }

        return restored;
    }

    internal static (string Plan, string Target)? PlanIn(string mark)
    {
        var space = mark.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && LocalKeys.IsName(mark[..space]) && LocalKeys.IsName(mark[(space + 1)..])
            ? (mark[..space], mark[(space + 1)..])
            : null;
    }

    /// <summary>Removes the displaced file if it is the intended version, else restores it.</summary>
    /// <returns>Whether it was restored.</returns>
    internal static bool Finish(LocalFolder folder, string name, string plan)
    {
        var aside = AsideOf(name, plan);
        if (folder.Stat(aside) is not { } stat)
            return false;
        // If the name is in use again, a later version was published after this one was displaced.
        if (
            !plan.StartsWith($"{stat.ETag}.", StringComparison.Ordinal)
            && Calls.TryRename(folder, aside, folder, name, replace: false) != false
        )
            return true;
        Calls.UnlinkIfThere(folder, aside);
        return false;
    }

    private static string AsideOf(string name, string plan) => $"{Records.PrefixOf(name)}t.{plan}";
}

/// <summary>Calls whose failures are expected results.</summary>
internal static class Calls
{
    /// <summary>Renames. Null: the source does not exist; false: the target exists.</summary>
    internal static bool? TryRename(LocalFolder folder, string name, LocalFolder to, string target, bool replace)
    {
        try
        {
            folder.Rename(name, to, target, replace);
            return true;
        }
        catch (Exception e) when (LocalErrors.Classify(e, DriverOperation.Commit) is NotFoundException)
        {
            return null;
        }
        catch (Exception e) when (!replace && LocalErrors.Classify(e, DriverOperation.Commit) is AlreadyExistsException)
        {
            return false;
        }
    }

    internal static bool UnlinkIfThere(LocalFolder folder, string name)
    {
        try
        {
            folder.Unlink(name);
            return true;
        }
        catch (Exception e) when (LocalErrors.Classify(e, DriverOperation.Stage) is NotFoundException)
        {
            return false;
        }
    }
}
