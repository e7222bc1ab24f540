using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>
/// The rules of the storage contract around a driver: checks for closed and root, capabilities, wrong types, order of preconditions, absent
/// containers, and the single place where native errors become typed ones.
/// </summary>
/// <param name="driver">The provider.</param>
/// <param name="synchronous">Whether the caller is a sync API: then every stream is read synchronously.</param>
internal sealed partial class Kernel(StorageDriver driver, bool synchronous)
{
    private volatile bool _closed;

    internal StorageDriver Driver => driver;

    internal bool Synchronous => synchronous;

    internal string Name => driver.Name;

    internal CapabilitySet Capabilities => driver.Capabilities;

    internal async ValueTask<EntryKind> GetKindAsync(string key, CancellationToken cancellationToken)
    {
        Begin(cancellationToken);
        var canonical = KernelKeys.Query(key, Name);
        if (canonical.Length == 0)
            return EntryKind.Folder;
        return await StatAsync(canonical, cancellationToken).ConfigureAwait(false) switch
        {
            null => EntryKind.None,
            { IsFolder: true } => EntryKind.Folder,
            _ => EntryKind.File,
        };
    }

    internal async ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken)
    {
        Begin(cancellationToken);
        Capabilities.Require(Capability.Metadata, key, Name);
        var canonical = KernelKeys.File(key, Name);
        return FileOf(await StatAsync(canonical, cancellationToken).ConfigureAwait(false), canonical);
    }

    internal async ValueTask<VersionRecord?> FindRecordAsync(string key, Guid operation, CancellationToken cancellationToken)
    {
        Begin(cancellationToken);
        var canonical = KernelKeys.File(key, Name);
        try
        {
            return await driver.FindRecordAsync(canonical, operation, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Translate(e, DriverOperation.Stat, canonical) is { } mapped)
        {
            throw mapped;
        }
    }

    internal async ValueTask CheckHealthAsync(CancellationToken cancellationToken)
    {
        Begin(cancellationToken);
        try
        {
            await driver.ProbeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Translate(e, DriverOperation.Probe, "") is { } mapped)
        {
            throw mapped;
        }
    }

    internal ResolvedPath Resolve(string key)
    {
        var canonical = KernelKeys.Query(key, Name);
        return new ResolvedPath(driver.Kind, Name, canonical, driver.NativePath(canonical));
    }

    internal string NativePath(string key) => driver.NativePath(KernelKeys.Query(key, Name));

    internal T Unwrap<T>(object face)
        where T : class =>
        face as T
        ?? driver.Unwrap<T>()
        ?? throw new CapabilityNotSupportedException(Capability.None, $"The backend does not offer a {typeof(T).Name}.", null, Name);

    internal async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        _closed |= driver.CloseIsTerminal;
        await driver.CloseAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Maps a driver's exception; null if it passes unchanged (typed already, cancelled, or unknown to the driver).</summary>
    internal RemoteStoreException? Translate(Exception exception, DriverOperation operation, string key)
    {
        var path = key.Length == 0 ? null : key;
        if (exception is RemoteStoreException typed)
        {
            typed.Stamp(path, Name);
            return null;
        }

        if (exception is OperationCanceledException)
            return null;
        if (exception is ObjectDisposedException && _closed)
            return Closed(path, exception);
        var mapped = driver.Classify(exception, operation, key);
        mapped?.Stamp(path, Name);
        return mapped;
    }

    /// <summary>Open streams and writers end when the backend is closed.</summary>
    internal void ThrowIfClosed(string? path)
    {
        if (_closed)
            throw Closed(path);
    }

    /// <summary>Runs a backend's own work on its driver, under the same rules as every operation.</summary>
    internal async ValueTask<T> RunAsync<T>(DriverOperation operation, Func<ValueTask<T>> work, CancellationToken cancellationToken)
    {
        Begin(cancellationToken);
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (Translate(e, operation, "") is { } mapped)
        {
            throw mapped;
        }
    }

    private BackendUnavailableException Closed(string? path, Exception? cause = null) => StorageErrors.Closed(path, Name, cause);

    private async ValueTask<DriverEntry?> StatAsync(string canonical, CancellationToken cancellationToken)
    {
        try
        {
            return await driver.StatAsync(canonical, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Translate(e, DriverOperation.Stat, canonical) is { } mapped)
        {
            throw mapped;
        }
    }

    private RemoteFileInfo FileOf(DriverEntry? entry, string key) =>
        entry switch
        {
            null => throw NotFound(key),
            { Entry: RemoteFileInfo file } => file,
            _ => throw StorageErrors.IsFolder(key, Name),
        };

    /// <summary>On the error path only: a miss may be a folder. If this lookup fails, the original error is reported.</summary>
    private async ValueTask<RemoteStoreException?> FolderInsteadAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await driver.StatAsync(key, cancellationToken).ConfigureAwait(false) is { IsFolder: true }
                ? StorageErrors.IsFolder(key, Name)
                : null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return null;
        }
    }

    private NotFoundException NotFound(string key) => StorageErrors.NotFound(key, Name);

    /// <summary>Every operation starts here: the closed check comes first, and a cancelled call never starts.</summary>
    private void Begin(CancellationToken cancellationToken)
    {
        ThrowIfClosed(null);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
