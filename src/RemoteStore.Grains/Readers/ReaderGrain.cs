using Orleans.Concurrency;
using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>
/// Gives access to the silo's one <see cref="PathReader"/> of a path. Reentrant, because reads that wait for the
/// owner's confirmation wait together; one activation per silo and key, because its only state is counters.
/// </summary>
[StatelessWorker(1), Reentrant]
internal sealed class ReaderGrain(SiloReaders readers, ActiveSilos silos, TimeProvider clock, AccessControl access)
    : Grain,
        IReaderGrain,
        IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);
    private SiloReader? _reader;
    private (RemoteFileInfo? Info, WireFile? Wire) _file;
    private ReadRate _rate;
    private bool _wasRead;

    private SiloReader Reader => _reader ?? Create();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(
            static (self, _) => self.EndIfIdle(),
            this,
            new GrainTimerCreationOptions(Idle, Idle) { Interleave = true }
        );
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        if (_reader is { } reader)
            readers.Return(reader);
        _reader = null;
    }

    public async ValueTask<ReadReply> Read(ReadRequest request, CancellationToken cancellationToken)
    {
        var reader = Reader;
        access.Check(AccessVerbs.Read, reader.Store.Name, reader.Key);
        _wasRead = true;
        var options = reader.Checked(request);
        var isHot = IsHot(request, reader.Store.Options.HotReads);
        var snapshot = await (
            reader.Path.CurrentAsync()
            ?? throw Refusals.Full("Too many reads of the path are already waiting.", reader.Key, reader.Store.Name)
        );
        if (reader.IsConfirmed(snapshot, request.IfNoneMatch))
            return ReadReply.Unchanged(request.IfNoneMatch!) with { IsHot = isHot };
        return snapshot.Read(options, reader.Store.Options.InlineLimit) is { } read
            ? new ReadReply
            {
                File = WireOf(read.Info),
                Content = read.Content is { } content ? Payload.FromUnowned(content) : null,
                IsHot = isHot,
            }
            : await reader.Owner.Read(request, cancellationToken);
    }

    /// <summary>
    /// Whether this grain serves its share of half the reads that make a path hot; below half, the path is no longer hot.
    /// </summary>
    private bool IsHot(ReadRequest request, int limit) =>
        limit > 0 && _rate.Count(request.Reads, Math.Max(1, limit / (2 * silos.Count * GrainKeys.Readers)), clock) && silos.AreSeveral;

    private WireFile WireOf(RemoteFileInfo info)
    {
        if (!ReferenceEquals(info, _file.Info))
            _file = (info, WireFile.From(info));
        return _file.Wire!;
    }

    private Task EndIfIdle()
    {
        if (!_wasRead)
            DeactivateOnIdle();
        _wasRead = false;
        return Task.CompletedTask;
    }

    // Not on activation: exceptions thrown there do not reach the caller with their own type.
    private SiloReader Create()
    {
        try
        {
            return _reader = readers.Take(this.GetPrimaryKeyString());
        }
        catch (RemoteStoreException)
        {
            DeactivateOnIdle();
            throw;
        }
    }
}
