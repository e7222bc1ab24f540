// A batch job as they have been written for twenty years: a plain synchronous Main, no async anywhere. It copies a folder into a store
// of a running cluster, reads everything back, and compares hashes.
using System.Security.Cryptography;
using RemoteStore;
using RemoteStore.Client;

if (args.Length != 4)
{
    Console.Error.WriteLine("usage: LegacyBatchJob GATEWAY STORE LOCAL_FOLDER TARGET_FOLDER");
    return 2;
}

try
{
    using var store = RemoteStoreClient.OpenStore(args[0], args[1]);
    var target = store.Child(args[3]);
    var files = 0;
    foreach (var local in Directory.EnumerateFiles(args[2], "*", SearchOption.AllDirectories))
    {
        var path = Path.GetRelativePath(args[2], local);
        using var content = File.OpenRead(local);
        target.WriteAtomic(path, content, WriteOptions.Replace);
        if (++files % 100 == 0)
            Console.WriteLine($"{files} files so far");
    }

    var verified = target
        .ListFiles(options: new ListOptions { Recursive = true })
        .Count(f => Same(target, f, Path.Combine(args[2], f.Path)));
    Console.WriteLine($"{files} files written, {verified} verified");
    return verified == files ? 0 : 1;
}
catch (RemoteStoreException e)
{
    Console.Error.WriteLine($"{e.Kind}: {e.Message}");
    return 1;
}

static bool Same(Store store, RemoteFileInfo file, string local)
{
    using var remote = store.Read(file.Path);
    using var original = File.OpenRead(local);
    return SHA256.HashData(remote).AsSpan().SequenceEqual(SHA256.HashData(original));
}
