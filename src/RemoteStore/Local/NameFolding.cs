using RemoteStore.Drivers;

namespace RemoteStore.Local;

/// <summary>Which different names a mount takes for one.</summary>
[Flags]
internal enum NameFolding
{
    None = 0,
    Case = 1,
    Normalization = 2,
}

/// <summary>
/// Finds out whether a folder takes different names for one. Each key has an owner and a fence of its own, which two keys of one file would
/// get around.
/// </summary>
internal static class NameProbe
{
    private const string Composed = "\u00C9a";
    private const string OtherCase = "\u00E9A";
    private const string Decomposed = "E\u0301a";

    /// <summary>What a folder does; null where no file can be made in it.</summary>
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

    /// <summary>The other spellings of a probe's name, with what a mount does that finds the file by it.</summary>
    internal static IEnumerable<(string Name, NameFolding Folding)> Variants(string name) =>
        [
            (name.Replace(Composed, OtherCase, StringComparison.Ordinal), NameFolding.Case),
            (name.Replace(Composed, Decomposed, StringComparison.Ordinal), NameFolding.Normalization),
        ];

    internal static string NewName() => StagingName.New(Composed);
}
