using RemoteStore.Local;

namespace RemoteStore.Sftp;

/// <summary>The paths of keys on the server.</summary>
internal sealed class SftpPaths(string root)
{
    private readonly string _root = root.Length > 1 ? root.TrimEnd('/') : root;

    internal string Of(string key) =>
        key.Length == 0 ? _root
        : _root == "/" ? "/" + key
        : $"{_root}/{key}";

    internal string SiblingOf(string key, string name) => Of(LocalKeys.Join(LocalKeys.ParentOf(key), name));

    internal string KeyOf(string native)
    {
        var prefix = Of("x")[..^1];
        return native == _root ? ""
            : native.StartsWith(prefix, StringComparison.Ordinal) ? native[prefix.Length..]
            : native;
    }
}
