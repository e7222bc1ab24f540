using System.Reflection;

namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    /// <summary>
    /// A caller that blocks on a call under a context of one thread must get an answer: no member resumes on the caller's context.
    /// </summary>
    [Fact]
    public async Task No_member_of_a_store_resumes_on_the_callers_context()
    {
        if (Backend is SyncFaceBackend { RefusesContexts: true })
            await Assert.ThrowsAsync<InvalidOperationException>(() =>
                RecordingContext.CountPostsAsync(() => Store.ExistsAsync("f", Token))
            );
        else
            await AssertNoPostsAsync(typeof(AsyncStore), StoreCalls(), [nameof(AsyncStore.CloseAsync), nameof(AsyncStore.DisposeAsync)]);
    }

    /// <summary>As above, for callers of the backend itself. Closing is last: it ends the backend.</summary>
    [Fact]
    public async Task No_member_of_a_backend_resumes_on_the_callers_context()
    {
        if (Backend is SyncFaceBackend { RefusesContexts: true })
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() =>
                RecordingContext.CountPostsAsync(() => Backend.GetKindAsync("f", Token).AsTask())
            );
            return;
        }

        await AssertNoPostsAsync(
            typeof(AsyncBackend),
            BackendCalls(),
            [nameof(AsyncBackend.ResumeAtomicAsync), nameof(AsyncBackend.CloseAsync), nameof(AsyncBackend.DisposeAsync)]
        );
        if (Has(Capability.AtomicWrite))
            await AssertWriterPostsNothingAsync();
        Assert.Equal(0, await RecordingContext.CountPostsAsync(() => Backend.CloseAsync(Token).AsTask()));
    }

    private async Task AssertNoPostsAsync(Type type, (string Name, Capability Gate, Func<Task> Call)[] calls, string[] others)
    {
        await SeedAsync("d/e/f", "d/g", "move", "gone");
        foreach (var (name, gate, call) in calls)
        {
            if (Has(gate))
                Assert.True(await RecordingContext.CountPostsAsync(call) == 0, $"{type.Name}.{name} resumes on the caller's context.");
        }

        Assert.Empty(AsyncMembers(type).Except(calls.Select(c => c.Name)).Except(others));
    }

    private static IEnumerable<string> AsyncMembers(Type type) =>
        type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(m => m.Name)
            .Where(n => n.EndsWith("Async", StringComparison.Ordinal))
            .Distinct();

    private (string Name, Capability Gate, Func<Task> Call)[] StoreCalls() =>
        [
            (
                nameof(Store.WriteAsync),
                Capability.Write,
                () => Store.WriteAsync("s/w", new TestContent(300_000), WriteOptions.Replace, Token)
            ),
            (nameof(Store.WriteTextAsync), Capability.Write, () => Store.WriteTextAsync("s/t", "text", WriteOptions.Replace, null, Token)),
            (
                nameof(Store.WriteAtomicAsync),
                Capability.AtomicWrite,
                () => Store.WriteAtomicAsync("s/a", new TestContent(300_000), WriteOptions.Replace, Token)
            ),
            (nameof(Store.OpenAtomicAsync), Capability.AtomicWrite, () => OpenedAsync(Store.OpenAtomicAsync("s/o", null, Token))),
            (
                nameof(Store.CommitStagedAsync),
                Capability.Staging,
                () => StagedAsync(t => Store.CommitStagedAsync("s/c", t, WriteOptions.Replace, Token), "s/c")
            ),
            (nameof(Store.AbortStagedAsync), Capability.Staging, () => StagedAsync(t => Store.AbortStagedAsync("s/b", t, Token), "s/b")),
            (nameof(Store.ReadAsync), Capability.Read, () => ReadToEndAsync(Store.ReadAsync("s/w", null, Token))),
            (nameof(Store.ReadSeekableAsync), Capability.Read, () => ReadToEndAsync(Store.ReadSeekableAsync("s/w", Token))),
            (nameof(Store.ReadBytesAsync), Capability.Read, () => Store.ReadBytesAsync("s/w", null, Token)),
            (nameof(Store.ReadTextAsync), Capability.Read, () => Store.ReadTextAsync("s/t", null, Token)),
            (nameof(Store.ExistsAsync), Capability.None, () => Store.ExistsAsync("d", Token)),
            (nameof(Store.IsFileAsync), Capability.None, () => Store.IsFileAsync("d/g", Token)),
            (nameof(Store.IsFolderAsync), Capability.None, () => Store.IsFolderAsync("d", Token)),
            (nameof(Store.GetFileInfoAsync), Capability.Metadata, () => Store.GetFileInfoAsync("d/g", Token)),
            (nameof(Store.FindFileInfoAsync), Capability.Metadata, () => Store.FindFileInfoAsync("d/g", Token)),
            (nameof(Store.GetFolderInfoAsync), Capability.Metadata, () => Store.GetFolderInfoAsync("d", null, Token)),
            (nameof(Store.ListPageAsync), Capability.List, () => Store.ListPageAsync("d", null, null, Token)),
            (
                nameof(Store.ListAsync),
                Capability.List,
                () => DrainAsync(Store.ListAsync("", new ListOptions { Recursive = true, PageSize = 2 }, Token))
            ),
            (
                nameof(Store.ListFilesAsync),
                Capability.List,
                () => DrainAsync(Store.ListFilesAsync("", new ListOptions { Recursive = true }, Token))
            ),
            (nameof(Store.ListFoldersAsync), Capability.List, () => DrainAsync(Store.ListFoldersAsync("", null, Token))),
            (nameof(Store.GlobAsync), Capability.List, () => DrainAsync(Store.GlobAsync("**/f", Token))),
            (nameof(Store.CopyAsync), Capability.Copy, () => Store.CopyAsync("d/g", "s/copy", null, Token)),
            (nameof(Store.MoveAsync), Capability.Move, () => Store.MoveAsync("move", "s/moved", null, Token)),
            (nameof(Store.DeleteAsync), Capability.Delete, () => Store.DeleteAsync("gone", null, Token)),
            (
                nameof(Store.DeleteFolderAsync),
                Capability.Delete,
                () => Store.DeleteFolderAsync("d", new DeleteFolderOptions { Recursive = true }, Token)
            ),
            (nameof(Store.CheckHealthAsync), Capability.None, () => Store.CheckHealthAsync(Token)),
        ];

    private (string Name, Capability Gate, Func<Task> Call)[] BackendCalls() =>
        [
            (
                nameof(Backend.WriteAsync),
                Capability.Write,
                () => Backend.WriteAsync("s/w", new TestContent(300_000), WriteOptions.Replace, Token).AsTask()
            ),
            (
                nameof(Backend.WriteTextAsync),
                Capability.Write,
                () => Backend.WriteTextAsync("s/t", "text", WriteOptions.Replace, null, Token).AsTask()
            ),
            (
                nameof(Backend.WriteAtomicAsync),
                Capability.AtomicWrite,
                () => Backend.WriteAtomicAsync("s/a", new TestContent(9), null, Token).AsTask()
            ),
            (
                nameof(Backend.OpenAtomicAsync),
                Capability.AtomicWrite,
                () => OpenedAsync(Backend.OpenAtomicAsync("s/o", null, Token).AsTask())
            ),
            (
                nameof(Backend.CommitStagedAsync),
                Capability.Staging,
                () => StagedAsync(t => Backend.CommitStagedAsync("s/c", t, null, Token).AsTask(), "s/c")
            ),
            (
                nameof(Backend.AbortStagedAsync),
                Capability.Staging,
                () => StagedAsync(t => Backend.AbortStagedAsync("s/b", t, Token).AsTask(), "s/b")
            ),
            (nameof(Backend.ReadAsync), Capability.Read, () => ReadToEndAsync(Backend.ReadAsync("s/w", null, Token).AsTask())),
            (nameof(Backend.ReadSeekableAsync), Capability.Read, () => ReadToEndAsync(Backend.ReadSeekableAsync("s/w", Token).AsTask())),
            (nameof(Backend.ReadBytesAsync), Capability.Read, () => Backend.ReadBytesAsync("s/w", null, Token).AsTask()),
            (nameof(Backend.ReadTextAsync), Capability.Read, () => Backend.ReadTextAsync("s/t", null, Token).AsTask()),
            (nameof(Backend.GetKindAsync), Capability.None, () => Backend.GetKindAsync("d", Token).AsTask()),
            (nameof(Backend.ExistsAsync), Capability.None, () => Backend.ExistsAsync("d", Token).AsTask()),
            (nameof(Backend.IsFileAsync), Capability.None, () => Backend.IsFileAsync("d/g", Token).AsTask()),
            (nameof(Backend.IsFolderAsync), Capability.None, () => Backend.IsFolderAsync("d", Token).AsTask()),
            (nameof(Backend.GetFileInfoAsync), Capability.Metadata, () => Backend.GetFileInfoAsync("d/g", Token).AsTask()),
            (nameof(Backend.GetFolderInfoAsync), Capability.Metadata, () => Backend.GetFolderInfoAsync("d", null, Token).AsTask()),
            (nameof(Backend.ListPageAsync), Capability.List, () => Backend.ListPageAsync("d", null, null, Token).AsTask()),
            (
                nameof(Backend.ListAsync),
                Capability.List,
                () => DrainAsync(Backend.ListAsync("", new ListOptions { Recursive = true, PageSize = 2 }, Token))
            ),
            (
                nameof(Backend.ListFilesAsync),
                Capability.List,
                () => DrainAsync(Backend.ListFilesAsync("", new ListOptions { Recursive = true }, Token))
            ),
            (nameof(Backend.ListFoldersAsync), Capability.List, () => DrainAsync(Backend.ListFoldersAsync("", null, Token))),
            (nameof(Backend.GlobAsync), Capability.List, () => DrainAsync(Backend.GlobAsync("**/f", Token))),
            (nameof(Backend.CopyAsync), Capability.Copy, () => Backend.CopyAsync("d/g", "s/copy", null, Token).AsTask()),
            (nameof(Backend.MoveAsync), Capability.Move, () => Backend.MoveAsync("move", "s/moved", null, Token).AsTask()),
            (nameof(Backend.DeleteAsync), Capability.Delete, () => Backend.DeleteAsync("gone", null, Token).AsTask()),
            (nameof(Backend.DeleteFolderAsync), Capability.Delete, () => Backend.DeleteFolderAsync("d", TolerantTree, Token).AsTask()),
            (nameof(Backend.CheckHealthAsync), Capability.None, () => Backend.CheckHealthAsync(Token).AsTask()),
        ];

    private async Task AssertWriterPostsNothingAsync()
    {
        await using var writer = await Backend.OpenAtomicAsync("writer", null, Token);
        Assert.Equal(0, await RecordingContext.CountPostsAsync(() => writer.WriteAsync(RandomBytes(300_000), Token).AsTask()));
        Assert.Equal(0, await RecordingContext.CountPostsAsync(() => writer.CommitAsync(Token).AsTask()));
        Assert.Equal(0, await RecordingContext.CountPostsAsync(() => writer.DisposeAsync().AsTask()));
    }

    private static async Task DrainAsync<T>(IAsyncEnumerable<T> entries)
    {
        await foreach (var entry in entries.ConfigureAwait(false))
            Assert.NotNull(entry);
    }

    private static async Task OpenedAsync(Task<AsyncAtomicWriter> opening)
    {
        var writer = await opening.ConfigureAwait(false);
        await writer.DisposeAsync().ConfigureAwait(false);
    }

    private async Task StagedAsync(Func<string, Task> call, string key)
    {
        var writer = await Backend.OpenAtomicAsync(key, null, Token).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            await writer.WriteAsync(RandomBytes(10), Token).ConfigureAwait(false);
            var token = await writer.DetachAsync(Token).ConfigureAwait(false);
            Assert.Equal(0, await RecordingContext.CountPostsAsync(() => call(token)).ConfigureAwait(false));
        }
    }

    private static async Task ReadToEndAsync(Task<RemoteReadStream> opening)
    {
        var stream = await opening.ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            Assert.Equal(
                0,
                await RecordingContext
                    .CountPostsAsync(() => stream.ReadExactlyAsync(new byte[100_000], Token).AsTask())
                    .ConfigureAwait(false)
            );
            Assert.Equal(0, await RecordingContext.CountPostsAsync(() => stream.CopyToAsync(Stream.Null, Token)).ConfigureAwait(false));
            Assert.Equal(0, await RecordingContext.CountPostsAsync(() => stream.DisposeAsync().AsTask()).ConfigureAwait(false));
        }
    }
}
