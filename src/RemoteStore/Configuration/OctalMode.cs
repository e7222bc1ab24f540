namespace RemoteStore;

/// <summary>Permissions in octal digits, such as <c>0640</c>.</summary>
internal static class OctalMode
{
    private const uint FileNeeds = 0x180;
    private const uint FolderNeeds = 0x1C0;

    internal const string FileFault = "must be octal permissions such as 0640, which let the owner read and write.";
    internal const string FolderFault = "must be octal permissions such as 0750, which let the owner read, write and enter.";

    /// <summary>Whether a setting is absent, or permissions with which the owner can use a file.</summary>
    internal static bool IsFileMode(string? text) => text is null || Parse(text) is { } mode && (mode & FileNeeds) == FileNeeds;

    /// <summary>Whether a setting is absent, or permissions with which the owner can use a folder.</summary>
    internal static bool IsFolderMode(string? text) => text is null || Parse(text) is { } mode && (mode & FolderNeeds) == FolderNeeds;

    /// <summary>The permissions; null if the text is not valid.</summary>
    internal static uint? Parse(string? text) =>
        text is { Length: 3 or 4 } && (text.Length == 3 || text[0] == '0') && text.All(c => c is >= '0' and <= '7')
            ? Convert.ToUInt32(text, 8)
            : null;
}
