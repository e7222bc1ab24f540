using RemoteStore.Drivers;

namespace RemoteStore.Conformance.Tests;

/// <summary>
/// The mapping laws of the contract on every path between the kernel and a driver: calls, pages of listings, streams, staging. Whatever
/// fails, the typed error names path and backend, nothing stays open and nothing half done is seen.
/// </summary>
public sealed class FaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly byte[] Block = [.. Enumerable.Range(0, 300_000).Select(i => (byte)i)];

    private static readonly (string Name, FaultPoint Point, int Call, Func<AsyncBackend, Task> Run)[] Paths =
    [
        ("exists", FaultPoint.Stat, 1, async b => await b.GetKindAsync("d/f")),
        ("file info", FaultPoint.Stat, 1, async b => await b.GetFileInfoAsync("d/f")),
        ("folder info, stat", FaultPoint.Stat, 1, async b => await b.GetFolderInfoAsync("d")),
        ("folder info, page", FaultPoint.List, 1, async b => await b.GetFolderInfoAsync("d")),
        ("folder info, later page", FaultPoint.List, 2, async b => await b.GetFolderInfoAsync("")),
        ("list page", FaultPoint.List, 1, async b => await b.ListPageAsync("d")),
        ("list, first page", FaultPoint.List, 1, async b => await b.ListAsync("d").ToListAsync()),
        (
            "list, second page (cases 11, 12)",
            FaultPoint.List,
            2,
            async b => await b.ListAsync("", new ListOptions { PageSize = 1 }).ToListAsync()
        ),
        (
            "list, sub-folder (case 11)",
            FaultPoint.List,
            2,
            async b => await b.ListAsync("", new ListOptions { Recursive = true }).ToListAsync()
        ),
        (
            "list, filtered pages (case 11)",
            FaultPoint.List,
            2,
            async b =>
                await b.ListAsync(
                        "",
                        new ListOptions
                        {
                            Recursive = true,
                            Pattern = "nothing-like-it",
                            PageSize = 1,
                        }
                    )
                    .ToListAsync()
        ),
        ("glob", FaultPoint.List, 1, async b => await b.GlobAsync("**").ToListAsync()),
        ("open", FaultPoint.Open, 1, async b => await b.ReadAsync("d/f")),
        ("open bytes", FaultPoint.Open, 1, async b => await b.ReadBytesAsync("d/f")),
        ("read bytes", FaultPoint.ReadStream, 2, async b => await b.ReadBytesAsync("d/f")),
        ("read, first", FaultPoint.ReadStream, 1, DrainAsync),
        ("read, later (case 26)", FaultPoint.ReadStream, 3, DrainAsync),
        ("close of a stream", FaultPoint.CloseStream, 1, DrainAsync),
        ("seekable read, second range", FaultPoint.Open, 2, SeekAsync),
        ("write, look", FaultPoint.Stat, 1, async b => await b.WriteAsync("d/g", Block)),
        ("write, open", FaultPoint.OpenStaged, 1, async b => await b.WriteAsync("d/g", Block)),
        ("write, bytes", FaultPoint.Append, 1, async b => await b.WriteAsync("d/g", Block)),
        ("write, finish", FaultPoint.Finish, 1, async b => await b.WriteAsync("d/g", Block)),
        ("write, commit", FaultPoint.Commit, 1, async b => await b.WriteAsync("d/g", Block)),
        ("write of a stream, bytes", FaultPoint.Append, 2, async b => await b.WriteAtomicAsync("d/g", new MemoryStream(Block))),
        ("write of a stream, commit", FaultPoint.Commit, 1, async b => await b.WriteAtomicAsync("d/g", new MemoryStream(Block))),
        ("writer, open", FaultPoint.OpenStaged, 1, async b => await b.OpenAtomicAsync("d/g")),
        ("writer, bytes", FaultPoint.Append, 2, WriteTwiceAsync),
        ("writer, finish", FaultPoint.Finish, 1, WriteTwiceAsync),
        ("writer, commit", FaultPoint.Commit, 1, WriteTwiceAsync),
        ("commit of staged bytes", FaultPoint.Commit, 1, async b => await b.CommitStagedAsync("d/g", "token")),
        ("abort of staged bytes", FaultPoint.Abort, 1, async b => await b.AbortStagedAsync("d/g", "token")),
        ("delete", FaultPoint.Delete, 1, async b => await b.DeleteAsync("d/f", new DeleteOptions { IgnoreMissing = true })),
        ("delete folder, look", FaultPoint.Stat, 1, async b => await b.DeleteFolderAsync("d")),
        ("delete folder", FaultPoint.DeleteFolder, 1, async b => await b.DeleteFolderAsync("e")),
        (
            "delete tree, page",
            FaultPoint.List,
            1,
            async b => await b.DeleteFolderAsync("d", new DeleteFolderOptions { Recursive = true, IgnoreMissing = true })
        ),
        (
            "delete tree, file",
            FaultPoint.Delete,
            1,
            async b => await b.DeleteFolderAsync("d", new DeleteFolderOptions { Recursive = true, IgnoreMissing = true })
        ),
        ("move, source", FaultPoint.Stat, 1, async b => await b.MoveAsync("d/f", "x")),
        ("move, destination", FaultPoint.Stat, 2, async b => await b.MoveAsync("d/f", "x")),
        ("move", FaultPoint.Move, 1, async b => await b.MoveAsync("d/f", "x")),
        ("copy", FaultPoint.Copy, 1, async b => await b.CopyAsync("d/f", "x")),
        ("health", FaultPoint.Probe, 1, async b => await b.CheckHealthAsync()),
    ];

    public static TheoryData<string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool>();
            foreach (var path in Paths)
            {
                cases.Add(path.Name, false);
                cases.Add(path.Name, true);
            }

            return cases;
        }
    }

    /// <summary>Law 1: no native exception escapes, on any path, through either face.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_native_failure_becomes_a_typed_one(string name, bool sync)
    {
        var (_, point, call, run) = Paths.Single(p => p.Name == name);
        foreach (var kind in new[] { RemoteErrorKind.BackendUnavailable, RemoteErrorKind.PermissionDenied, RemoteErrorKind.Other })
        {
            var (driver, backend) = await NewAsync(sync);
            driver.Throw(point, call, () => new NativeFault(kind));
            var error = await Assert.ThrowsAnyAsync<RemoteStoreException>(() => run(backend));
            Assert.Equal((kind, "memory"), (error.Kind, error.Backend));
            Assert.IsType<NativeFault>(error.InnerException);
            Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
            await AssertCleanAsync(driver, backend);
        }
    }

    /// <summary>Law 3: an error that is typed already passes as the same object, with what it lacked filled in.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_typed_failure_passes_untouched(string name, bool sync)
    {
        var (_, point, call, run) = Paths.Single(p => p.Name == name);
        var (driver, backend) = await NewAsync(sync);
        var own = new ResourceLockedException("held elsewhere");
        driver.Throw(point, call, () => own);
        Assert.Same(own, await Assert.ThrowsAnyAsync<RemoteStoreException>(() => run(backend)));
        Assert.Equal("memory", own.Backend);
        await AssertCleanAsync(driver, backend);
    }

    /// <summary>Laws 7 and 8: programming errors and cancellation are never mapped.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_no_driver_knows_passes_unmapped(string name, bool sync)
    {
        var (_, point, call, run) = Paths.Single(p => p.Name == name);
        foreach (var own in new Exception[] { new InvalidCastException("a bug"), new OperationCanceledException("stopped") })
        {
            var (driver, backend) = await NewAsync(sync);
            driver.Throw(point, call, () => own);
            Assert.Same(own, await Record.ExceptionAsync(() => run(backend)));
            await AssertCleanAsync(driver, backend);
        }
    }

    /// <summary>The short way of small files.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failing_put_is_mapped(bool sync)
    {
        var driver = new FaultDriver(Targets.NewMemory()) { OffersPut = true };
        var backend = Face(driver, sync);
        driver.Throw(FaultPoint.Put, 1, () => new NativeFault(RemoteErrorKind.ResourceLocked));
        var error = await Assert.ThrowsAsync<ResourceLockedException>(async () =>
            await backend.WriteAsync("f", new byte[1], cancellationToken: Token)
        );
        Assert.Equal("f", error.Path);
        await AssertCleanAsync(driver, backend);
    }

    /// <summary>Case 16: a lookup that refines a verdict never replaces it.</summary>
    [Fact]
    public async Task A_look_on_the_error_path_that_fails_leaves_the_verdict()
    {
        var (driver, backend) = await NewAsync(sync: false);
        driver.Throw(FaultPoint.Stat, 1, () => new NativeFault(RemoteErrorKind.BackendUnavailable));
        await Assert.ThrowsAsync<NotFoundException>(async () => await backend.DeleteAsync("missing", cancellationToken: Token));
        driver.Throw(FaultPoint.Stat, 1, () => new NativeFault(RemoteErrorKind.BackendUnavailable));
        await Assert.ThrowsAsync<NotFoundException>(async () => await backend.ReadAsync("missing", cancellationToken: Token));
    }

    /// <summary>Case 15: a lookup that decides is fail-closed.</summary>
    [Fact]
    public async Task A_look_that_decides_and_fails_is_the_answer()
    {
        var (driver, backend) = await NewAsync(sync: false);
        driver.Fault = (p, _) => p == FaultPoint.Stat ? new NativeFault(RemoteErrorKind.PermissionDenied) : null;
        await Assert.ThrowsAsync<PermissionDeniedException>(async () => await backend.ExistsAsync("missing", cancellationToken: Token));
        await Assert.ThrowsAsync<PermissionDeniedException>(async () => await backend.MoveAsync("missing", "x", cancellationToken: Token));
        await Assert.ThrowsAsync<PermissionDeniedException>(async () =>
            await backend.DeleteFolderAsync("missing", new DeleteFolderOptions { IgnoreMissing = true }, cancellationToken: Token)
        );
    }

    /// <summary>Section 6.1: a stream that ends too early fails, it never looks complete.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_ends_early_is_a_failure(bool sync)
    {
        var (driver, backend) = await NewAsync(sync);
        driver.CutReadsAt = 100_000;
        foreach (var read in new Func<AsyncBackend, Task>[] { DrainAsync, async b => await b.ReadBytesAsync("d/f") })
        {
            var error = await Assert.ThrowsAsync<RemoteStoreException>(() => read(backend));
            Assert.True(error.IsTransient);
            Assert.Equal("d/f", error.Path);
        }

        Assert.Equal(50, (await backend.ReadBytesAsync("d/f", ReadOptions.At(10, 50), cancellationToken: Token)).Length);
        Assert.Equal(0, driver.OpenStreams);
    }

    /// <summary>A clean-up that fails too does not hide why the commit failed.</summary>
    [Fact]
    public async Task The_first_failure_is_the_one_that_is_reported()
    {
        var (driver, backend) = await NewAsync(sync: false);
        driver.Fault = (p, _) =>
            p switch
            {
                FaultPoint.Commit => new NativeFault(RemoteErrorKind.BackendUnavailable),
                FaultPoint.Abort => new InvalidCastException("a second failure"),
                _ => null,
            };
        await Assert.ThrowsAsync<BackendUnavailableException>(async () => await backend.WriteAsync("d/g", Block, cancellationToken: Token));
    }

    /// <summary>Case 4's other side: what is refused by its arguments alone never reaches the driver.</summary>
    [Fact]
    public async Task What_is_refused_at_once_costs_no_request()
    {
        var driver = new FaultDriver(Targets.NewMemory()) { Narrowed = Capability.None };
        var backend = new AsyncDriverBackend(driver);
        foreach (var path in Paths.Where(p => p.Name is not ("exists" or "health")))
            await Assert.ThrowsAsync<CapabilityNotSupportedException>(() => path.Run(backend));
        var open = new AsyncDriverBackend(
            new FaultDriver(Targets.NewMemory()) { Fault = (_, _) => new InvalidOperationException("touched") }
        );
        await Assert.ThrowsAsync<InvalidPathException>(async () => await open.WriteAsync("../x", Block, cancellationToken: Token));
        await Assert.ThrowsAsync<InvalidPathException>(async () => await open.MoveAsync("x", "./", cancellationToken: Token));
        await Assert.ThrowsAsync<InvalidPathException>(async () => await open.DeleteFolderAsync("", cancellationToken: Token));
        Assert.True(await open.IsFolderAsync("", cancellationToken: Token));
        Assert.Equal(0, driver.Calls);
    }

    private static async Task<(FaultDriver Driver, AsyncBackend Backend)> NewAsync(bool sync)
    {
        var driver = new FaultDriver(Targets.NewMemory()) { PageLimit = 1 };
        var backend = Face(driver, sync);
        await backend.WriteAsync("d/f", Block);
        await backend.WriteAsync("e/f", Block);
        await backend.DeleteAsync("e/f");
        return (driver, backend);
    }

    private static AsyncBackend Face(StorageDriver driver, bool sync) =>
        sync ? new SyncFaceBackend(new DriverBackend(driver)) : new AsyncDriverBackend(driver);

    private static async Task AssertCleanAsync(FaultDriver driver, AsyncBackend backend)
    {
        driver.Fault = (_, _) => null;
        Assert.Equal((0, 0), (driver.OpenStreams, driver.OpenStaged));
        var left = await backend.ListFilesAsync("", new ListOptions { Recursive = true }).Select(f => f.Path).ToListAsync();
        Assert.True(left.Count == 0 || left.SequenceEqual(["d/f"]), string.Join(' ', left));
        if (left.Count > 0)
            Assert.Equal(Block, await backend.ReadBytesAsync("d/f"));
    }

    private static async Task DrainAsync(AsyncBackend backend)
    {
        await using var stream = await backend.ReadAsync("d/f");
        await stream.CopyToAsync(Stream.Null);
    }

    private static async Task SeekAsync(AsyncBackend backend)
    {
        await using var stream = await backend.ReadSeekableAsync("d/f");
        await stream.ReadExactlyAsync(new byte[10]);
        stream.Position = 200_000;
        await stream.ReadExactlyAsync(new byte[10]);
    }

    private static async Task WriteTwiceAsync(AsyncBackend backend)
    {
        await using var writer = await backend.OpenAtomicAsync("d/g");
        await writer.WriteAsync(Block);
        await writer.WriteAsync(Block);
        await writer.CommitAsync();
    }
}
