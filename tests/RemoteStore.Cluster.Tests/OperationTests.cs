using System.Text;
using Orleans.Core.Internal;
using RemoteStore.Conformance;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>Operations of two paths and of folders, late calls, and owners that were replaced without their knowledge.</summary>
public sealed class OperationTests(ClusterFixture cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stale_owner_gives_up_and_the_call_is_retried()
    {
        var name = ClusterFixture.NewStore();
        var store = cluster.Open(name);
        await store.WriteTextAsync("f", "one", cancellationToken: Token);
        await store.ReadTextAsync("f", cancellationToken: Token);
        // What another owner would do: this one knows nothing of it.
        await BackendOf(name).WriteAsync("f", "two"u8.ToArray(), WriteOptions.Replace, Token);
        await store.WriteTextAsync("f", "three", WriteOptions.Replace, cancellationToken: Token);
        Assert.Equal("three", Encoding.UTF8.GetString(await BackendOf(name).ReadBytesAsync("f", null, Token)));
    }

    [Fact]
    public async Task Late_calls_of_every_kind_do_nothing()
    {
        var name = ClusterFixture.NewStore();
        await cluster.Open(name).WriteTextAsync("d/f", "one", cancellationToken: Token);
        var late = New() with { Deadline = DateTimeOffset.UtcNow.AddSeconds(-1) };
        var (file, folder) = (Path(name, "d/f"), Path(name, "d"));
        foreach (
            var call in new Func<Task>[]
            {
                () =>
                    file.Write(
                            WireWriteOptions.From(WriteOptions.Replace, late with { Id = Guid.NewGuid() }),
                            Payload.CopyOf("two"u8),
                            true,
                            Token
                        )
                        .AsTask(),
                () => file.Delete(new DeleteRequest { Operation = late with { Id = Guid.NewGuid() } }, Token).AsTask(),
                () =>
                    file.Move(
                            new MoveCopyRequest
                            {
                                Source = "d/f",
                                Destination = "g",
                                Operation = late with { Id = Guid.NewGuid() },
                            },
                            Token
                        )
                        .AsTask(),
                () =>
                    file.Copy(
                            new MoveCopyRequest
                            {
                                Source = "d/f",
                                Destination = "g",
                                Operation = late with { Id = Guid.NewGuid() },
                            },
                            Token
                        )
                        .AsTask(),
                () =>
                    folder
                        .DeleteFolder(
                            new DeleteFolderRequest
                            {
                                Folder = "d",
                                Recursive = true,
                                Operation = late with { Id = Guid.NewGuid() },
                            },
                            Token
                        )
                        .AsTask(),
            }
        )
        {
            var error = await Assert.ThrowsAsync<BackendUnavailableException>(call);
            Assert.True(error.RefusedBeforeExecution, error.ToString());
        }

        Assert.Equal("one", Encoding.UTF8.GetString(await BackendOf(name).ReadBytesAsync("d/f", null, Token)));
        Assert.Equal(EntryKind.None, await BackendOf(name).GetKindAsync("g", Token));
    }

    [Fact]
    public async Task Operations_on_several_paths_wait_for_an_earlier_attempt()
    {
        var name = ClusterFixture.NewStore();
        await cluster.Open(name).WriteTextAsync("d/f", "one", cancellationToken: Token);
        var transfer = new MoveCopyRequest
        {
            Source = "d/f",
            Destination = "g",
            Operation = Again(New()) with { EarlierMayRun = true },
        };
        foreach (
            var call in new Func<Task>[]
            {
                () => Path(name, "d/f").Move(transfer, Token).AsTask(),
                () => Path(name, "d/f").Copy(transfer, Token).AsTask(),
                () =>
                    Path(name, "d")
                        .DeleteFolder(
                            new DeleteFolderRequest
                            {
                                Folder = "d",
                                Recursive = true,
                                Operation = transfer.Operation,
                            },
                            Token
                        )
                        .AsTask(),
            }
        )
        {
            var error = await Assert.ThrowsAsync<BackendUnavailableException>(call);
            Assert.Equal((ErrorCodes.AttemptInProgress, true), (error.Code, error.RefusedBeforeExecution));
        }

        Assert.Equal(EntryKind.None, await BackendOf(name).GetKindAsync("g", Token));
        Assert.Equal(EntryKind.File, await BackendOf(name).GetKindAsync("d/f", Token));
    }

    [Fact]
    public async Task A_repeated_move_copy_or_folder_deletion_gets_the_first_answer()
    {
        var name = ClusterFixture.NewStore();
        await cluster.Open(name).WriteTextAsync("d/f", "one", cancellationToken: Token);
        var copy = new MoveCopyRequest
        {
            Source = "d/f",
            Destination = "e/f",
            Operation = New(),
        };
        await Path(name, "d/f").Copy(copy, Token);
        await Path(name, "d/f").Copy(copy with { Operation = Again(copy.Operation) }, Token);
        var move = new MoveCopyRequest
        {
            Source = "d/f",
            Destination = "g",
            Operation = New(),
        };
        await Path(name, "d/f").Move(move, Token);
        await Path(name, "d/f").Move(move with { Operation = Again(move.Operation) }, Token);
        var folder = new DeleteFolderRequest
        {
            Folder = "e",
            Recursive = true,
            Operation = New(),
        };
        Assert.True(await Path(name, "e").DeleteFolder(folder, Token));
        Assert.True(await Path(name, "e").DeleteFolder(folder with { Operation = Again(folder.Operation) }, Token));
        Assert.Equal("one", Encoding.UTF8.GetString(await BackendOf(name).ReadBytesAsync("g", null, Token)));
    }

    [Fact]
    public async Task What_a_new_owner_cannot_determine_of_a_move_or_a_folder_is_unknown()
    {
        var name = ClusterFixture.NewStore();
        await cluster.Open(name).WriteTextAsync("g", "one", cancellationToken: Token);
        var again = Again(New());
        await AssertUnknownAsync(() =>
            Path(name, "f")
                .Move(
                    new MoveCopyRequest
                    {
                        Source = "f",
                        Destination = "g",
                        Overwrite = true,
                        Operation = again,
                    },
                    Token
                )
                .AsTask()
        );
        await AssertUnknownAsync(() =>
            Path(name, "g")
                .Move(
                    new MoveCopyRequest
                    {
                        Source = "g",
                        Destination = "h",
                        Operation = again,
                    },
                    Token
                )
                .AsTask()
        );
        await AssertUnknownAsync(() =>
            Path(name, "d").DeleteFolder(new DeleteFolderRequest { Folder = "d", Operation = again }, Token).AsTask()
        );
        Assert.Equal("one", Encoding.UTF8.GetString(await BackendOf(name).ReadBytesAsync("g", null, Token)));
    }

    [Fact]
    public async Task A_new_owner_knows_a_move_by_the_record_at_its_destination()
    {
        var name = ClusterFixture.NewStore();
        await cluster.Open(name).WriteTextAsync("f", "one", cancellationToken: Token);
        var (done, lost) = (New(), New());
        var move = new MoveCopyRequest
        {
            Source = "f",
            Destination = "g",
            Operation = done,
        };
        await Path(name, "f").Move(move, Token);
        await Path(name, "f").AsReference<IGrainManagementExtension>().DeactivateOnIdle(Token);
        await Path(name, "f").Move(move with { Operation = Again(done) }, Token);
        Assert.Equal("one", Encoding.UTF8.GetString(await BackendOf(name).ReadBytesAsync("g", null, Token)));

        // All that happened at the source is known since before the operation began, and it is not among that.
        lost = lost with
        {
            Began = DateTimeOffset.UtcNow.AddMinutes(1),
            Deadline = DateTimeOffset.UtcNow.AddMinutes(2),
            End = DateTimeOffset.UtcNow.AddMinutes(2),
        };
        await Path(name, "g")
            .Move(
                new MoveCopyRequest
                {
                    Source = "g",
                    Destination = "h",
                    Operation = Again(lost),
                },
                Token
            );
        Assert.Equal("one", Encoding.UTF8.GetString(await BackendOf(name).ReadBytesAsync("h", null, Token)));
    }

    [Theory]
    [InlineData("move", true)]
    [InlineData("move", false)]
    [InlineData("copy", true)]
    [InlineData("copy", false)]
    [InlineData("delete", true)]
    public async Task A_change_takes_nothing_that_its_owner_has_not_seen(string kind, bool exists)
    {
        var meddler = new Meddler(new AsyncMemoryBackend(), new Meddling(exists ? WriteOptions.Replace : WriteOptions.Default));
        var name = ClusterFixture.NewStore(_ => meddler);
        await cluster.Open(name).WriteTextAsync("f", "one", cancellationToken: Token);
        if (exists)
            await cluster.Open(name).WriteTextAsync(Meddler.Key, "old", cancellationToken: Token);
        meddler.Times = 1;
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(() => ChangeAsync(name, kind));
        Assert.Equal((ErrorCodes.StaleOwner, true), (error.Code, error.RefusedBeforeExecution));
        Assert.Equal("other", Encoding.UTF8.GetString(await BackendOf(name).ReadBytesAsync(Meddler.Key, null, Token)));
        Assert.Equal("one", Encoding.UTF8.GetString(await BackendOf(name).ReadBytesAsync("f", null, Token)));
        // The owner that comes after it decides on what is there now.
        await ChangeAsync(name, kind);
    }

    [Theory]
    [InlineData("move")]
    [InlineData("copy")]
    [InlineData("delete")]
    public async Task On_a_shared_store_it_is_decided_again(string kind)
    {
        var meddler = new Meddler(new AsyncMemoryBackend(), new Meddling(WriteOptions.Replace));
        var name = ClusterFixture.NewStore(_ => meddler, new SiloStoreOptions { ExternalWriters = true });
        await cluster.Open(name).WriteTextAsync("f", "one", cancellationToken: Token);
        await cluster.Open(name).WriteTextAsync(Meddler.Key, "old", cancellationToken: Token);
        meddler.Times = 3;
        await ChangeAsync(name, kind);
        Assert.Equal(
            kind == "delete" ? null : "one",
            await BackendOf(name).ExistsAsync(Meddler.Key, Token)
                ? Encoding.UTF8.GetString(await BackendOf(name).ReadBytesAsync(Meddler.Key, null, Token))
                : null
        );
    }

    [Fact]
    public async Task A_repeated_copy_does_not_bring_back_what_was_deleted_since()
    {
        var name = ClusterFixture.NewStore();
        var store = cluster.Open(name);
        await store.WriteTextAsync("f", "one", cancellationToken: Token);
        var (copy, early) = (
            new MoveCopyRequest
            {
                Source = "f",
                Destination = "g",
                Operation = New(),
            },
            New()
        );
        await Path(name, "f").Copy(copy, Token);
        await store.DeleteAsync("g", cancellationToken: Token);
        await Path(name, "f").AsReference<IGrainManagementExtension>().DeactivateOnIdle(Token);
        await AssertUnknownAsync(() => Path(name, "f").Copy(copy with { Operation = Again(copy.Operation) }, Token).AsTask());
        Assert.Equal(EntryKind.None, await BackendOf(name).GetKindAsync("g", Token));
        // A copy whose first attempt never came this far is made: nothing was ever there, and its own hold has removed nothing.
        await Path(name, "f")
            .Copy(
                new MoveCopyRequest
                {
                    Source = "f",
                    Destination = "h",
                    Operation = Again(early),
                },
                Token
            );
        await BackendOf(name).DeleteAsync("h", null, Token);
        await Path(name, "f")
            .Copy(
                new MoveCopyRequest
                {
                    Source = "f",
                    Destination = "h",
                    Operation = Again(New()),
                },
                Token
            );
    }

    [Fact]
    public async Task A_file_that_comes_while_an_upload_opens_is_reported_in_the_callers_words()
    {
        var meddler = new Meddler(new AsyncMemoryBackend(), new Meddling(WriteOptions.Default));
        var name = ClusterFixture.NewStore(_ => new StrippedBackend(meddler, Capability.CreateOnly | Capability.Conditional));
        meddler.Times = 1;
        await Assert.ThrowsAsync<AlreadyExistsException>(() =>
            cluster.Open(name).WriteAtomicAsync(Meddler.Key, new byte[200_000], WriteOptions.CreateOnly, Token)
        );
    }

    private Task ChangeAsync(string name, string kind)
    {
        var transfer = new MoveCopyRequest
        {
            Source = "f",
            Destination = Meddler.Key,
            Overwrite = true,
            Operation = New(),
        };
        return kind switch
        {
            "move" => Path(name, "f").Move(transfer, Token).AsTask(),
            "copy" => Path(name, "f").Copy(transfer, Token).AsTask(),
            _ => Path(name, Meddler.Key).Delete(new DeleteRequest { IfMatch = WriteOptions.Any, Operation = New() }, Token).AsTask(),
        };
    }

    private static async Task AssertUnknownAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(call);
        Assert.Equal((ErrorCodes.OutcomeUnknown, false), (error.Code, error.IsTransient));
    }

    private static AsyncBackend BackendOf(string name) => ClusterFixture.StoreOf(name).Backend;

    private IPathGrain Path(string name, string key) => cluster.Clients[0].Cluster.GetGrain<IPathGrain>(GrainKeys.Path(name, key));

    private static WireOperation New()
    {
        var now = DateTimeOffset.UtcNow;
        return new WireOperation
        {
            Id = Guid.NewGuid(),
            Began = now,
            Deadline = now.AddMinutes(1),
            End = now.AddMinutes(1),
        };
    }

    private static WireOperation Again(WireOperation? operation) => operation! with { IsRetry = true };

    /// <summary>Lets another owner write right before this one's commit.</summary>
    private sealed class Meddler(AsyncBackend inner, Meddling meddling) : HoldingBackend(inner, () => meddling.RunAsync(inner))
    {
        internal const string Key = "g";

        internal int Times
        {
            set => meddling.Times = value;
        }

        public override async ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
            string key,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            await meddling.RunAsync(Inner);
            return await Inner.OpenAtomicAsync(key, options, cancellationToken);
        }
    }

    private sealed class Meddling(WriteOptions options)
    {
        internal int Times { get; set; }

        internal async Task RunAsync(AsyncBackend backend)
        {
            if (Times-- > 0)
                await backend.WriteAsync(Meddler.Key, "other"u8.ToArray(), options);
        }
    }
}
