using RemoteStore.Drivers;

namespace RemoteStore.Local;

/// <summary>The kinds of different names that a mount treats as equal.</summary>
[Flags]
internal enum NameFolding
{
    None = 0,
    Case = 1,
    Normalization = 2,
}

/// <summary>
/// Detects whether a folder treats different names as equal. Each key has its own owner and fence, which two keys of one file would bypass.
/// </summary>
internal static class NameProbe
{
    private const string Composed = "\u00C9a";
    private const string OtherCase = "\u00E9A";
    private const string Decomposed = "E\u0301a";

    /// <summary>The folding of a folder; null where no file can be created in it.</summary>
    internal static NameFolding? Find(LocalFolder folder)
    {
        var name = NewName();
        StagingName.Enter(name);
        try
        {
            folder.Create(name).Dispose();
            var folding = Variants(name)
                .Where(v => folder.Stat(v.Name) is not null)
                .Aggregate(NameFolding.None, (all, v) => all | v.Folding);
            Calls.UnlinkIfThere(folder, name);
            return folding;
        }
        catch (Exception e) when (LocalErrors.Classify(e, DriverOperation.Stage) is not null)
        {
            return null;
        }
        finally
        {
            StagingName.Leave(name);
        }
    }

    internal static string Describe(NameFolding folding) =>
        folding switch
        {
            NameFolding.Case => "upper and lower case",
            NameFolding.Normalization => "composed and decomposed characters",
            _ => "upper and lower case, and composed and decomposed characters",
        };

    /// <summary>The other spellings of a probe's name, each with the folding that finds the file by it.</summary>
    internal static IEnumerable<(string Name, NameFolding Folding)> Variants(string name) =>
        [
            (name.Replace(Composed, OtherCase, StringComparison.Ordinal), NameFolding.Case),
            (name.Replace(Composed, Decomposed, StringComparison.Ordinal), NameFolding.Normalization),
        ];

    internal static string NewName() => StagingName.New(Composed);
}
