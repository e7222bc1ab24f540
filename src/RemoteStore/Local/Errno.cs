using System.Globalization;

namespace RemoteStore.Local;

/// <summary>The names of the system's error numbers, which differ between Linux and the BSD family.</summary>
internal static class Errno
{
    internal const int NoEntry = 2;
    internal const int Interrupted = 4;
    internal const int Exists = 17;
    internal const int NotFolder = 20;
    internal const int Invalid = 22;

    private static readonly Dictionary<int, string> Common = new()
    {
        [1] = "EPERM",
        [2] = "ENOENT",
        [4] = "EINTR",
        [5] = "EIO",
        [6] = "ENXIO",
        [9] = "EBADF",
        [12] = "ENOMEM",
        [13] = "EACCES",
        [16] = "EBUSY",
        [17] = "EEXIST",
        [18] = "EXDEV",
        [19] = "ENODEV",
        [20] = "ENOTDIR",
        [21] = "EISDIR",
        [22] = "EINVAL",
        [23] = "ENFILE",
        [24] = "EMFILE",
        [26] = "ETXTBSY",
        [27] = "EFBIG",
        [28] = "ENOSPC",
        [29] = "ESPIPE",
        [30] = "EROFS",
        [31] = "EMLINK",
    };

    private static readonly Dictionary<int, string> Linux = new()
    {
        [11] = "EAGAIN",
        [36] = "ENAMETOOLONG",
        [38] = "ENOSYS",
        [39] = "ENOTEMPTY",
        [40] = "ELOOP",
        [95] = "EOPNOTSUPP",
        [110] = "ETIMEDOUT",
        [116] = "ESTALE",
        [122] = "EDQUOT",
    };

    private static readonly Dictionary<int, string> Bsd = new()
    {
        [35] = "EAGAIN",
        [45] = "ENOTSUP",
        [60] = "ETIMEDOUT",
        [62] = "ELOOP",
        [63] = "ENAMETOOLONG",
        [66] = "ENOTEMPTY",
        [69] = "EDQUOT",
        [70] = "ESTALE",
        [78] = "ENOSYS",
        [102] = "EOPNOTSUPP",
    };

    internal static string NameOf(int errno) =>
        Common.GetValueOrDefault(errno)
        ?? (OperatingSystem.IsLinux() ? Linux : Bsd).GetValueOrDefault(errno)
        ?? string.Create(CultureInfo.InvariantCulture, $"errno {errno}");
}

/// <summary>A system call that failed.</summary>
/// <param name="call">The call.</param>
/// <param name="number">Its error number.</param>
internal sealed class PosixException(string call, int number) : IOException($"{call} failed with {Errno.NameOf(number)}.", number)
{
    internal string Call => call;

    internal string Code => Errno.NameOf(HResult);
}
