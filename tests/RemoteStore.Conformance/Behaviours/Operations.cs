namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    /// <summary>
    /// Every operation that needs a key below the root, with the capability it needs. Numbers in comments of the kit are the contract's
    /// cases.
    /// </summary>
    private IEnumerable<(string Name, Capability Gate, Func<string, Task> Call)> KeyOperations() =>
        ReadOperations().Concat(WriteOperations()).Concat(ChangeOperations());

    private IEnumerable<(string Name, Capability Gate, Func<string, Task> Call)> ReadOperations()
    {
        yield return ("read", Capability.Read, async k => await (await Backend.ReadAsync(k, null, Token)).DisposeAsync());
        yield return ("read_bytes", Capability.Read, async k => await Backend.ReadBytesAsync(k, null, Token));
        yield return ("read_range", Capability.Read, async k => await Backend.ReadBytesAsync(k, ReadOptions.At(1, 1), Token));
        yield return ("read_text", Capability.Read, async k => await Backend.ReadTextAsync(k, null, Token));
        yield return ("read_seekable", Capability.Read, async k => await (await Backend.ReadSeekableAsync(k, Token)).DisposeAsync());
        yield return ("get_file_info", Capability.Metadata, async k => await Backend.GetFileInfoAsync(k, Token));
    }

    private IEnumerable<(string Name, Capability Gate, Func<string, Task> Call)> WriteOperations()
    {
        foreach (var options in new[] { WriteOptions.Default, WriteOptions.Replace })
        {
            yield return ("write", Capability.Write, async k => await Backend.WriteAsync(k, "x"u8.ToArray(), options, Token));
            yield return (
                "write_stream",
                Capability.Write,
                async k => await Backend.WriteAsync(k, new TestContent(300_000), options, Token)
            );
            yield return (
                "write_atomic",
                Capability.AtomicWrite,
                async k => await Backend.WriteAtomicAsync(k, "x"u8.ToArray(), options, Token)
            );
            yield return ("open_atomic", Capability.AtomicWrite, k => WriteThroughWriterAsync(k, "x"u8.ToArray(), options));
        }
    }

    private IEnumerable<(string Name, Capability Gate, Func<string, Task> Call)> ChangeOperations()
    {
        yield return ("delete", Capability.Delete, async k => await Backend.DeleteAsync(k, null, Token));
        yield return (
            "delete_missing_ok",
            Capability.Delete,
            async k => await Backend.DeleteAsync(k, new DeleteOptions { IgnoreMissing = true }, Token)
        );
        yield return ("delete_folder", Capability.Delete, async k => await Backend.DeleteFolderAsync(k, null, Token));
        yield return (
            "delete_tree",
            Capability.Delete,
            async k => await Backend.DeleteFolderAsync(k, new DeleteFolderOptions { Recursive = true, IgnoreMissing = true }, Token)
        );
        yield return ("move_from", Capability.Move, async k => await Backend.MoveAsync(k, "zz-target", MoveCopyOptions.Replace, Token));
        yield return ("move_to", Capability.Move, async k => await Backend.MoveAsync("zz-missing", k, MoveCopyOptions.Replace, Token));
        yield return ("copy_from", Capability.Copy, async k => await Backend.CopyAsync(k, "zz-target", MoveCopyOptions.Replace, Token));
        yield return ("copy_to", Capability.Copy, async k => await Backend.CopyAsync("zz-missing", k, MoveCopyOptions.Replace, Token));
    }

    private async Task<WriteResult> WriteThroughWriterAsync(string key, ReadOnlyMemory<byte> bytes, WriteOptions? options = null)
    {
        await using var writer = await Backend.OpenAtomicAsync(key, options, Token);
        await writer.WriteAsync(bytes, Token);
        return await writer.CommitAsync(Token);
    }

    /// <summary>Runs each operation whose capability is declared on the key and asserts its failure.</summary>
    private async Task EachFails(
        RemoteErrorKind kind,
        string key,
        IEnumerable<(string Name, Capability Gate, Func<string, Task> Call)> operations
    )
    {
        foreach (var (name, gate, call) in operations.Where(o => Has(o.Gate)))
        {
            var error = await Record.ExceptionAsync(() => call(key));
            Assert.True(
                error is RemoteStoreException typed && typed.Kind == kind,
                $"{name}(\"{key}\"): {kind} was expected and came {error?.ToString() ?? "nothing"}"
            );
        }
    }
}
