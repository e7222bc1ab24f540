using System.Buffers;

namespace RemoteStore.Local;

/// <summary>Windows specifics: rejecting names that it would interpret differently, and its own exclusive rename.</summary>
internal static class WindowsNames
{
    private static readonly SearchValues<char> Refused = SearchValues.Create("<>:\"|?*");
    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "COM", "LPT"];

    /// <summary>Rejects device names, alternate data streams, wildcards, and names whose end would be dropped.</summary>
    internal static void Check(string key)
    {
        foreach (var range in key.AsSpan().Split('/'))
        {
            var name = key.AsSpan()[range];
            if (name.ContainsAny(Refused) || name.EndsWith('.') || name.EndsWith(' ') || IsDevice(name))
                throw new InvalidPathException("The path contains a name that Windows does not allow.", key);
        }
    }

    internal static void Rename(string from, string to, bool replace)
    {
        if (replace)
        {
            MoveReplacing(from, to);
            return;
        }

#pragma warning disable RS0030 // On Windows this is MoveFileEx without REPLACE_EXISTING, which the file system decides in one step.
        File.Move(from, to);
#pragma warning restore RS0030
    }

    /// <summary>Links need a privilege on Windows, so a mark is a small file that gets its name by an exclusive rename.</summary>
    internal static bool TryMark(string path, string text)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllText(draft, text);
            Rename(draft, path, replace: false);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
            return false;
        }
    }

    internal static string? ReadMark(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static void MoveReplacing(string from, string to)
    {
#pragma warning disable RS0030 // On Windows this is MoveFileEx with REPLACE_EXISTING, one step on one volume.
        File.Move(from, to, overwrite: true);
#pragma warning restore RS0030
    }

    private static bool IsDevice(ReadOnlySpan<char> name)
    {
        var dot = name.IndexOf('.');
        var stem = (dot < 0 ? name : name[..dot]).TrimEnd(' ').TrimEnd("0123456789¹²³").ToString();
        return Devices.Contains(stem, StringComparer.OrdinalIgnoreCase);
    }
}
