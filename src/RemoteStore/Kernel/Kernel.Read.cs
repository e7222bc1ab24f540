using RemoteStore.Drivers;

namespace RemoteStore;

internal sealed partial class Kernel
{
    internal async ValueTask<RemoteReadStream> ReadAsync(string key, ReadOptions? options, CancellationToken cancellationToken)
    {
        var (read, canonical) = await OpenAsync(key, options, cancellationToken).ConfigureAwait(false);
        return new KernelReadStream(this, canonical, read, (options?.Range ?? default).CountOf(read.Info.Size));
    }

    internal async ValueTask<byte[]> ReadBytesAsync(string key, ReadOptions? options, CancellationToken cancellationToken)
    {
        var (read, canonical) = await OpenAsync(key, options, cancellationToken).ConfigureAwait(false);
        try
        {
            return await ReadAllAsync(read, options?.Range, canonical, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await CloseQuietlyAsync(read.Stream).ConfigureAwait(false);
        }
    }

    private async ValueTask<(DriverRead Read, string Key)> OpenAsync(string key, ReadOptions? options, CancellationToken cancellationToken)
    {
        Begin(cancellationToken);
        options = OptionChecks.Read(options, Capabilities, key, Name);
        var canonical = KernelKeys.File(key, Name);
        try
        {
            return (await driver.OpenReadAsync(canonical, options, cancellationToken).ConfigureAwait(false), canonical);
        }
        catch (Exception e) when (Typed(e, DriverOperation.Open, canonical) is { } mapped)
        {
            if (mapped is NotFoundException && await FolderInsteadAsync(canonical, cancellationToken).ConfigureAwait(false) is { } folder)
                throw folder;
            if (ReferenceEquals(mapped, e))
                throw;
            throw mapped;
        }
    }

    /// <summary>The typed form of any failure of a driver, also when it is typed already; null if it passes unchanged.</summary>
    private RemoteStoreException? Typed(Exception e, DriverOperation operation, string key) =>
        Translate(e, operation, key) ?? e as RemoteStoreException;

    private async ValueTask<byte[]> ReadAllAsync(DriverRead read, ByteRange? range, string key, CancellationToken cancellationToken)
    {
        var size = range?.CountOf(read.Info.Size) ?? read.Info.Size;
        if (size > Array.MaxLength)
            throw new RemoteStoreException($"The file has {size} bytes and does not fit in one array. Read it as a stream.", key, Name);
        var bytes = GC.AllocateUninitializedArray<byte>((int)size);
        try
        {
            var filled = await new ContentSource(read.Stream, synchronous).FillAsync(bytes, cancellationToken).ConfigureAwait(false);
            return filled == bytes.Length ? bytes : throw EndedEarly(key, filled, size);
        }
        catch (Exception e) when (Translate(e, DriverOperation.ReadStream, key) is { } mapped)
        {
            throw mapped;
        }
    }

    internal RemoteStoreException EndedEarly(string key, long count, long size) =>
        new($"The content ended after {count} of {size} bytes.", key, Name) { IsTransient = true };

    private async ValueTask CloseQuietlyAsync(Stream stream)
    {
        try
        {
            await StreamIO.DisposeAsync(stream, synchronous).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The bytes were delivered; a failure to close the handle does not affect them.
        }
    }
}
