namespace RemoteStore.Conformance;

/// <summary>
/// How the kit gets a backend to prove. One harness serves one test; the kit disposes it, and closes the backends itself.
/// </summary>
public abstract class BackendHarness : IAsyncDisposable
{
    /// <summary>The name of the target in the capability matrix and in failures.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Whether folders exist on their own, so that an empty one stays and a file cannot be a folder too. False for object stores, whose
    /// folders are prefixes of keys. Default true.
    /// </summary>
    public virtual bool IsHierarchical => true;

    /// <summary>
    /// Whether what is staged for a path survives a commit of something else to the same path. False for services that drop it then (Azure
    /// Blob): the late commit must be refused. Default true.
    /// </summary>
    public virtual bool KeepsStagedApart => true;

    /// <summary>
    /// The size in bytes of the largest file that the kit writes; larger than every buffer on the way. Default 3 MiB and a bit.
    /// </summary>
    public virtual int LargeSize => (3 * 1024 * 1024) + 17;

    /// <summary>The longest key in bytes that the target takes. Default the contract's 1,024; less only below a prefix.</summary>
    public virtual int MaxKeyBytes => 1024;

    /// <summary>
    /// Whether a file that is being replaced is away for a moment, for want of a replacing rename. It is never seen in part. Default false.
    /// </summary>
    public virtual bool HasReplacementGap => false;

    /// <summary>How many random sequences the model-based test takes, each on a new backend. Default 40.</summary>
    public virtual int ModelRuns => 40;

    /// <summary>The steps of a random sequence. Default 50.</summary>
    public virtual int ModelLength => 50;

    /// <summary>Creates a backend over storage that is empty and that no other test sees.</summary>
    public abstract ValueTask<AsyncBackend> CreateAsync();

    /// <summary>
    /// A backend whose storage refuses the caller in every request (wrong credential); null, the default, when there is no way to make one.
    /// </summary>
    public virtual ValueTask<AsyncBackend?> CreateDeniedAsync() => new((AsyncBackend?)null);

    /// <summary>Drops what the harness made for its backends.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }

    /// <summary>A harness for a backend that needs at most a constructor.</summary>
    /// <param name="name">The name of the target.</param>
    /// <param name="create">Creates an empty backend.</param>
    /// <param name="isHierarchical">See <see cref="IsHierarchical"/>.</param>
    public static BackendHarness Of(string name, Func<AsyncBackend> create, bool isHierarchical = true) =>
        new FuncHarness(name, create, isHierarchical);

    /// <summary>A harness for a sync backend, whose calls the kit makes on the test's own thread.</summary>
    /// <param name="name">The name of the target.</param>
    /// <param name="create">Creates an empty backend.</param>
    /// <param name="isHierarchical">See <see cref="IsHierarchical"/>.</param>
    public static BackendHarness OfSync(string name, Func<Backend> create, bool isHierarchical = true) =>
        new FuncHarness(name, () => new SyncFaceBackend(create()), isHierarchical);

    private sealed class FuncHarness(string name, Func<AsyncBackend> create, bool isHierarchical) : BackendHarness
    {
        public override string Name => name;

        public override bool IsHierarchical => isHierarchical;

        public override ValueTask<AsyncBackend> CreateAsync() => new(create());
    }
}
