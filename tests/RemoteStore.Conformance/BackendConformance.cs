using System.Text;

namespace RemoteStore.Conformance;

/// <summary>
/// What every backend must do, as inherited tests. Derive one sealed class per target and give it a harness. A capability that the
/// backend declares is tested; one that it does not declare must be refused before anything is touched.
/// </summary>
/// <param name="harness">Where the backend comes from.</param>
public abstract partial class BackendConformance(BackendHarness harness) : IAsyncLifetime
{
    private readonly List<AsyncBackend> _backends = [];

    /// <summary>
    /// A multiplier for the lengths of random and concurrent tests: 1, or what the variable REMOTESTORE_LONG says (1 means 20).
    /// </summary>
    public static int Effort { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("REMOTESTORE_LONG"), out var n) && n > 0 ? Math.Max(20, n) : 1;

    /// <summary>The harness.</summary>
    protected BackendHarness Harness => harness;

    /// <summary>The backend of this test; empty at its start.</summary>
    protected AsyncBackend Backend { get; private set; } = null!;

    /// <summary>A store over all of the backend.</summary>
    protected AsyncStore Store { get; private set; } = null!;

    private bool IsHierarchical => harness.IsHierarchical;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Creates the backend.</summary>
    public async ValueTask InitializeAsync()
    {
        Backend = await NewBackendAsync();
        Store = new AsyncStore(Backend);
    }

    /// <summary>Closes every backend of the test, then disposes the harness.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var backend in _backends)
            await backend.DisposeAsync();
        await harness.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>One more empty backend; the kit closes it.</summary>
    protected async ValueTask<AsyncBackend> NewBackendAsync()
    {
        var backend = await harness.CreateAsync();
        _backends.Add(backend);
        return backend;
    }

    private bool Has(Capability capability) => Backend.Capabilities.Supports(capability);

    /// <summary>Skips a test of something that the backend does not declare; that it refuses it is tested elsewhere.</summary>
    private void Needs(Capability capability) => Assert.SkipUnless(Has(capability), $"The backend does not declare {capability}.");

    private ValueTask<WriteResult> PutAsync(string key, string text = "content") =>
        Backend.WriteAsync(key, Encoding.UTF8.GetBytes(text), WriteOptions.Replace, Token);

    private async Task<string> TextAsync(string key) => await Backend.ReadTextAsync(key, null, Token);

    private async Task<string[]> PathsAsync(string key, ListOptions? options = null) =>
        [.. (await Backend.ListAsync(key, options, Token).Select(e => e.Path).ToListAsync(Token)).Order(StringComparer.Ordinal)];

    private Task<string[]> AllPathsAsync() => PathsAsync("", new ListOptions { Recursive = true });

    private Task<string[]> AllFilesAsync() => PathsAsync("", new ListOptions { Recursive = true, Kinds = ListKinds.Files });

    /// <summary>The version of a file, where the backend reports one.</summary>
    private async Task<string> ETagAsync(string key) =>
        (await Backend.GetFileInfoAsync(key, Token)).ETag ?? throw new InvalidOperationException("Conditional without ETags.");

    private static byte[] RandomBytes(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task<RemoteStoreException> Fails(RemoteErrorKind kind, Func<Task> call)
    {
        var error = await Assert.ThrowsAnyAsync<RemoteStoreException>(call);
        Assert.Equal(kind, error.Kind);
        Assert.False(string.IsNullOrWhiteSpace(error.Message));
        return error;
    }

    private static Task<RemoteStoreException> Fails(RemoteErrorKind kind, Func<ValueTask> call) =>
        Fails(kind, async Task () => await call());

    private static Task<RemoteStoreException> Fails<T>(RemoteErrorKind kind, Func<ValueTask<T>> call) =>
        Fails(kind, async Task () => await call());

    private static Task<RemoteStoreException> Fails<T>(RemoteErrorKind kind, IAsyncEnumerable<T> listing) =>
        Fails(kind, async Task () => await listing.ToListAsync());

    /// <summary>Two-sided: runs the test where the capability is declared, else asserts that the call is refused.</summary>
    private async Task Gated(Capability capability, Func<Task> refused, Func<Task> test)
    {
        if (Has(capability))
        {
            await test();
            return;
        }

        var before = await AllFilesAsync();
        var error = Assert.IsType<CapabilityNotSupportedException>(await Fails(CapabilityNotSupported, refused));
        Assert.NotEqual(Capability.None, error.Capability & capability);
        Assert.Equal(before, await AllFilesAsync());
    }
}
