namespace RemoteStore.Bench;

/// <summary>A folder of files that vanishes in the end; in memory where the system has such a mount, so that no disk is measured.</summary>
internal sealed class BenchFolder : IDisposable
{
    private const string MemoryMount = "/dev/shm";

    internal BenchFolder()
    {
        var parent = Directory.Exists(MemoryMount) ? MemoryMount : System.IO.Path.GetTempPath();
        Path = Directory.CreateDirectory(System.IO.Path.Combine(parent, $"remotestore-bench-{Guid.NewGuid():N}")).FullName;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    internal string Path { get; }

    internal string At(string key) => System.IO.Path.Combine(Path, key);

    /// <summary>Makes a file of a size, with bytes that no zero page represents.</summary>
    internal string Fill(string key, long size)
    {
        var path = At(key);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var block = new byte[(int)Math.Min(size, 1024 * 1024)];
        new Random(1).NextBytes(block);
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        for (long at = 0; at < size; at += block.Length)
            RandomAccess.Write(file, block.AsSpan(0, (int)Math.Min(block.Length, size - at)), at);
        return path;
    }

    /// <summary>Makes empty files.</summary>
    internal void Touch(string folder, int count)
    {
        Directory.CreateDirectory(At(folder));
        for (var i = 0; i < count; i++)
            File.OpenHandle(At($"{folder}/{Name(i)}"), FileMode.Create, FileAccess.Write).Dispose();
    }

    internal static string Name(int index) => $"entry-{index:0000000}";

    /// <summary>Removes the files; also when this process is reported to end.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Directory.Delete(Path, recursive: true);
    }

    private void OnExit(object? sender, EventArgs e) => Directory.Delete(Path, recursive: true);
}
