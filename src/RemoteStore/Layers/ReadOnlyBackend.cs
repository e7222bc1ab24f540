namespace RemoteStore;

/// <summary>
/// A backend that can be read but not changed. The write capabilities are masked, so stores reject changes too. Every change is rejected
/// with <see cref="CapabilityNotSupportedException"/> before the backend below is called and before content is read.
/// </summary>
/// <remarks>
/// It protects against mistakes, not against an attacker in the same process: <see cref="DelegatingBackend.Inner"/> and
/// <see cref="DelegatingBackend.Unwrap{T}"/> still return the backend below.
/// </remarks>
/// <param name="inner">The backend below; closed with the layer.</param>
public sealed class ReadOnlyBackend(AsyncBackend inner) : DelegatingBackend(inner)
{
    private const Capability Masked =
        Capability.Write
        | Capability.AtomicWrite
        | Capability.Delete
        | Capability.Move
        | Capability.Copy
        | Capability.UserMetadata
        | Capability.ContentType
        | Capability.CreateOnly
        | Capability.Conditional
        | Capability.Staging
        | Capability.ResumeStaging
        | Capability.AtomicMove
        | Capability.NativeWriteResult;

    /// <summary>The capabilities of the backend below that change nothing.</summary>
    public override CapabilitySet Capabilities => Inner.Capabilities.Without(Masked);

    /// <summary>Always fails: the backend is read-only.</summary>
    /// <param name="key">The key.</param>
    /// <param name="content">Not read.</param>
    /// <param name="options">Ignored.</param>
    /// <param name="cancellationToken">Ignored.</param>
    /// <exception cref="CapabilityNotSupportedException">Always.</exception>
    public override ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromException<WriteResult>(Refusal(Capability.Write, key));

    /// <summary>Always fails: the backend is read-only.</summary>
    /// <param name="key">The key.</param>
    /// <param name="content">Not read.</param>
    /// <param name="options">Ignored.</param>
    /// <param name="cancellationToken">Ignored.</param>
    /// <exception cref="CapabilityNotSupportedException">Always.</exception>
    public override ValueTask<WriteResult> WriteAtomicAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromException<WriteResult>(Refusal(Capability.AtomicWrite, key));

    /// <summary>Always fails: the backend is read-only.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Ignored.</param>
    /// <param name="cancellationToken">Ignored.</param>
    /// <exception cref="CapabilityNotSupportedException">Always.</exception>
    public override ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromException<AsyncAtomicWriter>(Refusal(Capability.AtomicWrite, key));

    /// <summary>Always fails: the backend is read-only.</summary>
    /// <param name="key">The key.</param>
    /// <param name="point">Ignored.</param>
    /// <param name="options">Ignored.</param>
    /// <param name="cancellationToken">Ignored.</param>
    /// <exception cref="CapabilityNotSupportedException">Always.</exception>
    public override ValueTask<AsyncAtomicWriter> ResumeAtomicAsync(
        string key,
        ResumePoint point,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromException<AsyncAtomicWriter>(Refusal(Capability.ResumeStaging, key));

    /// <summary>Always fails: the backend is read-only.</summary>
    /// <param name="key">The key.</param>
    /// <param name="token">Ignored.</param>
    /// <param name="options">Ignored.</param>
    /// <param name="cancellationToken">Ignored.</param>
    /// <exception cref="CapabilityNotSupportedException">Always.</exception>
    public override ValueTask<WriteResult> CommitStagedAsync(
        string key,
        string token,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromException<WriteResult>(Refusal(Capability.Staging, key));

    /// <summary>Always fails: the backend is read-only.</summary>
    /// <param name="key">The key.</param>
    /// <param name="token">Ignored.</param>
    /// <param name="cancellationToken">Ignored.</param>
    /// <exception cref="CapabilityNotSupportedException">Always.</exception>
    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken = default) =>
        ValueTask.FromException(Refusal(Capability.Staging, key));

    /// <summary>Always fails: the backend is read-only.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Ignored.</param>
    /// <param name="cancellationToken">Ignored.</param>
    /// <exception cref="CapabilityNotSupportedException">Always.</exception>
    public override ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        ValueTask.FromException(Refusal(Capability.Delete, key));

    /// <summary>Always fails: the backend is read-only.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Ignored.</param>
    /// <param name="cancellationToken">Ignored.</param>
    /// <exception cref="CapabilityNotSupportedException">Always.</exception>
    public override ValueTask DeleteFolderAsync(
        string key,
        DeleteFolderOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromException(Refusal(Capability.Delete, key));

    /// <summary>Always fails: the backend is read-only.</summary>
    /// <param name="source">The file.</param>
    /// <param name="destination">Ignored.</param>
    /// <param name="options">Ignored.</param>
    /// <param name="cancellationToken">Ignored.</param>
    /// <exception cref="CapabilityNotSupportedException">Always.</exception>
    public override ValueTask MoveAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromException(Refusal(Capability.Move, source));

    /// <summary>Always fails: the backend is read-only.</summary>
    /// <param name="source">The file.</param>
    /// <param name="destination">Ignored.</param>
    /// <param name="options">Ignored.</param>
    /// <param name="cancellationToken">Ignored.</param>
    /// <exception cref="CapabilityNotSupportedException">Always.</exception>
    public override ValueTask CopyAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromException(Refusal(Capability.Copy, source));

    private CapabilityNotSupportedException Refusal(Capability capability, string key) =>
        new(capability, $"The backend is read-only: {capability} is not allowed.", key, Name);
}
