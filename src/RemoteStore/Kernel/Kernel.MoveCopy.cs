using RemoteStore.Drivers;

namespace RemoteStore;

internal sealed partial class Kernel
{
    internal ValueTask MoveAsync(string source, string destination, MoveCopyOptions? options, CancellationToken cancellationToken) =>
        TransferAsync(source, destination, options, Capability.Move, cancellationToken);

    internal ValueTask CopyAsync(string source, string destination, MoveCopyOptions? options, CancellationToken cancellationToken) =>
        TransferAsync(source, destination, options, Capability.Copy, cancellationToken);

    private async ValueTask TransferAsync(
        string source,
        string destination,
        MoveCopyOptions? options,
        Capability gate,
        CancellationToken cancellationToken
    )
    {
        options = OptionChecks.MoveCopy(options, gate, Capabilities, source, Name);
        Begin(cancellationToken);
        var from = KernelKeys.File(source, Name);
        var to = KernelKeys.Named(destination, driver);
        if (driver.DecidesConditions && from != to)
        {
            await TransferBlindlyAsync(from, to, options, gate, cancellationToken).ConfigureAwait(false);
            return;
        }

        var file = FileOf(await StatAsync(from, cancellationToken).ConfigureAwait(false), from);
        if (Conditions.Failure(file, options.IfMatch, from, Name) is { } failure)
            throw failure;
        if (from == to)
            return;
        await CheckDestinationAsync(to, options, cancellationToken).ConfigureAwait(false);
        try
        {
            await DriverTransferAsync(from, to, options, gate, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Translate(e, DriverOperation.MoveCopy, from) is { } mapped)
        {
            throw mapped;
        }
    }

    /// <summary>The driver decides everything; only a miss is checked again, for it may be a folder.</summary>
    private async ValueTask TransferBlindlyAsync(
        string from,
        string to,
        MoveCopyOptions options,
        Capability gate,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await DriverTransferAsync(from, to, options, gate, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Typed(e, DriverOperation.MoveCopy, from) is { } mapped)
        {
            if (mapped is NotFoundException && await FolderInsteadAsync(from, cancellationToken).ConfigureAwait(false) is { } folder)
                throw folder;
            if (ReferenceEquals(mapped, e))
                throw;
            throw mapped;
        }
    }

    private ValueTask DriverTransferAsync(
        string from,
        string to,
        MoveCopyOptions options,
        Capability gate,
        CancellationToken cancellationToken
    ) =>
        gate == Capability.Move
            ? driver.MoveAsync(from, to, options, cancellationToken)
            : driver.CopyAsync(from, to, options, cancellationToken);

    private async ValueTask CheckDestinationAsync(string to, MoveCopyOptions options, CancellationToken cancellationToken)
    {
        if (driver.IsFlat && options is { Overwrite: true, DestinationIfMatch: null })
            return;
        CheckTarget(await StatAsync(to, cancellationToken).ConfigureAwait(false), to, options.AtDestination);
    }
}
