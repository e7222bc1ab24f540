namespace RemoteStore.Bench;

/// <summary>Small files of the local backend against the calls of System.IO that it must make anyway.</summary>
internal sealed class LocalRows : IRowGroup
{
    private const int Files = 1000;
    private const int Size = 4096;
    private static readonly Goal Within = Goal.AtMost(1.3);

    public string Name => "local";

    public IEnumerable<Row> Run()
    {
        using var folder = new BenchFolder();
        for (var i = 0; i < Files; i++)
            folder.Fill(Key(i), Size);
        var backend = new LocalBackend(folder.Path);
        var content = new byte[Size];
        yield return Ratio.Time(
            "local: read 4 KiB",
            "File.ReadAllBytes, and the lookup for a record",
            Within,
            20_000,
            n => Each(n, i => backend.ReadBytes(Key(i))),
            n => Each(n, i => SystemFiles.Fenced(folder.At(Key(i)), File.ReadAllBytes(folder.At(Key(i)))))
        );
        yield return Ratio.Time(
            "local: read 4 KiB",
            "File.ReadAllBytes: not fenced",
            Goal.None,
            20_000,
            n => Each(n, i => backend.ReadBytes(Key(i))),
            n => Each(n, i => File.ReadAllBytes(folder.At(Key(i))))
        );
        yield return Ratio.Time(
            "local: stat, two folders deep",
            "FileInfo: Length, LastWriteTimeUtc, and the lookup for a record",
            Within,
            40_000,
            n => Each(n, i => backend.GetFileInfo(Key(i))),
            n => Each(n, i => SystemFiles.Fenced(folder.At(Key(i)), SystemFiles.Stat(folder.At(Key(i)))))
        );
        yield return Ratio.Time(
            "local: stat, two folders deep",
            "FileInfo: Length, LastWriteTimeUtc: not fenced",
            Goal.None,
            40_000,
            n => Each(n, i => backend.GetFileInfo(Key(i))),
            n => Each(n, i => SystemFiles.Stat(folder.At(Key(i))))
        );
        yield return Ratio.Time(
            "local: write 4 KiB over a file, atomic and synced",
            "the same steps by System.IO: staged, synced, recorded, renamed",
            Within,
            8_000,
            n => Each(n, i => backend.WriteAtomic(Key(i), content, WriteOptions.Replace)),
            n => Each(n, i => SystemFiles.WriteFenced(folder.At(Key(i)), content))
        );
        yield return Ratio.Time(
            "local: write 4 KiB over a file, atomic and synced",
            "staged, file and folder synced, renamed by System.IO: not fenced",
            Goal.None,
            8_000,
            n => Each(n, i => backend.WriteAtomic(Key(i), content, WriteOptions.Replace)),
            n => Each(n, i => SystemFiles.WriteAtomic(folder.At(Key(i)), content))
        );
        yield return Ratio.Time(
            "local: write 4 KiB over a file, atomic and synced",
            "File.WriteAllBytes: not synced, not atomic",
            Goal.None,
            8_000,
            n => Each(n, i => backend.WriteAtomic(Key(i), content, WriteOptions.Replace)),
            n => Each(n, i => WriteAll(folder.At(Key(i)), content))
        );
        yield return Ratio.Time(
            "local: list 1,000 files",
            "FileSystemInfo: name, Length, LastWriteTimeUtc",
            Within,
            40,
            n => Each(n, _ => backend.List("a/b").Count()),
            n => Each(n, _ => SystemFiles.List(folder.At("a/b")))
        );
        backend.Close();
    }

    private static string Key(int index) => $"a/b/{BenchFolder.Name(index % Files)}";

    private static int WriteAll(string path, byte[] content)
    {
        File.WriteAllBytes(path, content);
        return content.Length;
    }

    private static void Each<T>(int count, Func<int, T> call)
    {
        for (var i = 0; i < count; i++)
            call(i);
    }
}
