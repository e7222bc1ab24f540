namespace RemoteStore.Bench;

/// <summary>256 MiB down and up through the cluster, over a local folder, against bare Kestrel with the same file.</summary>
internal sealed class TransferRows : IRowGroup
{
    private readonly byte[] _buffer = new byte[Sizes.Block];

    public string Name => "transfers";

    public IEnumerable<Row> Run()
    {
        using var folder = new BenchFolder();
        var file = folder.Fill("large", Sizes.Large);
        using var cluster = new Cluster(folder);
        yield return Ratio.Rate(
            "transfer: 256 MiB down, one caller",
            "bare Kestrel GET of the same file",
            Goal.AtLeast(0.9),
            1,
            _ => DownAsync(cluster).Wait(),
            _ => FloorDownAsync(cluster).Wait()
        );
        yield return Ratio.Rate(
            "transfer: 256 MiB up, atomic, one caller",
            "bare Kestrel PUT: staged, synced, renamed",
            Goal.AtLeast(1.0),
            1,
            _ => UpAsync(cluster, file).Wait(),
            _ => FloorUpAsync(cluster, file).Wait()
        );
    }

    private async Task DownAsync(Cluster cluster)
    {
        await using var stream = await cluster.Disk.ReadAsync("large");
        Complete(await Drain.ReadAsync(stream, _buffer));
    }

    private async Task FloorDownAsync(Cluster cluster) => Complete(await cluster.Floor.GetAsync("/file", _buffer));

    private static async Task UpAsync(Cluster cluster, string file)
    {
        await using var content = Open(file);
        Complete((await cluster.Disk.WriteAtomicAsync("up", content, WriteOptions.Replace)).Size);
    }

    private static async Task FloorUpAsync(Cluster cluster, string file)
    {
        await using var content = Open(file);
        await cluster.Floor.PutAsync("/file", content);
    }

    private static FileStream Open(string file) =>
        new(file, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });

    private static void Complete(long size)
    {
        if (size != Sizes.Large)
            throw new InvalidOperationException($"{size} bytes have come.");
    }
}
