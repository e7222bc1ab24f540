namespace RemoteStore.Bench;

/// <summary>The sizes that the subject and its floor share, in bytes.</summary>
internal static class Sizes
{
    internal const int Small = 16 * 1024;
    internal const int Create = 1024;
    internal const int Block = 256 * 1024;
    internal const long Large = 256L * 1024 * 1024;
    internal const long Huge = 1024L * 1024 * 1024;
}
