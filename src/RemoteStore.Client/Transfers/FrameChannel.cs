using System.Diagnostics.CodeAnalysis;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>
/// The connection that carries the chunks of an upload to its silo as frames, instead of calls. Usable until its first
/// failure. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A failed one has no timer, and late chunks still need it.")]
internal sealed class FrameChannel
{
    private readonly HttpResponseMessage _response;
    private readonly Stream _connection;
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _cut = new();
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource<bool>> _unacknowledged = new();
    private Task _written = Task.CompletedTask;
    private long _taken;
    private bool _isBroken;

    private FrameChannel(HttpResponseMessage response, Stream connection, TimeSpan patience)
    {
        (_response, _connection, _patience) = (response, connection, patience);
        _ = ReadAcknowledgementsAsync();
    }

    /// <summary>Whether it failed because a silo did not acknowledge a chunk in time.</summary>
    internal bool TimedOut { get; private set; }

    /// <summary>Connects.</summary>
    /// <param name="direct">The connections to the silos' ports.</param>
    /// <param name="offer">The offer of the silo.</param>
    /// <param name="patience">How long a chunk may remain unacknowledged while no other chunk is acknowledged.</param>
    /// <param name="cancellationToken">Cancels the connection attempt.</param>
    /// <returns>Null when the silo cannot be reached this way, or refuses.</returns>
    internal static async ValueTask<FrameChannel?> TryOpenAsync(
        DirectConnections direct,
        DirectOffer offer,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        if (await direct.TryUpgradeAsync(offer, cancellationToken).ConfigureAwait(false) is not { } response)
            return null;
        var connection = await response.Content.ReadAsStreamAsync(CancellationToken.None).ConfigureAwait(false);
        return new FrameChannel(response, connection, patience);
    }

    /// <summary>A position in the order of the chunks; every position must be used.</summary>
    internal Turn NextTurn()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            var turn = new Turn(_written, done);
            _written = done.Task;
            return turn;
        }
    }

    /// <summary>Sends a chunk when it is its turn.</summary>
    /// <returns>Whether the chunk was acknowledged. False when the connection failed first; the silo may have applied
    /// the chunk nevertheless.</returns>
    internal async ValueTask<bool> SendAsync(UploadChunk chunk, Turn turn, CancellationToken closed)
    {
        await turn.Before.WaitAsync(closed).ConfigureAwait(false);
        var acknowledgement = Expect();
        try
        {
            if (!acknowledgement.IsCompleted)
                await _connection.WriteAsync(chunk.ToFrame(), _cut.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (DirectConnections.IsCut(e))
        {
            Break();
        }
        finally
        {
            turn.Done.SetResult();
        }

        return await acknowledgement.ConfigureAwait(false);
    }

    /// <summary>Closes the connection.</summary>
    internal void Close()
    {
        Break();
        _response.Dispose();
    }

    private Task<bool> Expect()
    {
        lock (_lock)
        {
            if (_isBroken)
                return Task.FromResult(false);
            if (_unacknowledged.Count == 0)
                _cut.CancelAfter(_patience);
            var expected = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _unacknowledged.Enqueue(expected);
            return expected.Task;
        }
    }

    private async Task ReadAcknowledgementsAsync()
    {
        var bytes = new byte[UploadFrames.AcknowledgementLength];
        try
        {
            while (true)
            {
                await _connection.ReadExactlyAsync(bytes, _cut.Token).ConfigureAwait(false);
                Acknowledge(UploadFrames.ReadAcknowledgement(bytes));
            }
        }
        catch (Exception e) when (DirectConnections.IsCut(e))
        {
            Break();
        }
    }

    private void Acknowledge(long taken)
    {
        lock (_lock)
        {
            if (taken < _taken || taken > _taken + _unacknowledged.Count)
                throw new InvalidDataException($"The silo acknowledged an invalid number of chunks ({taken}).");
            for (; _taken < taken; _taken++)
                _unacknowledged.Dequeue().SetResult(true);
            if (!_isBroken)
                _cut.CancelAfter(_unacknowledged.Count == 0 ? Timeout.InfiniteTimeSpan : _patience);
        }
    }

    private void Break()
    {
        lock (_lock)
        {
            if (_isBroken)
                return;
            _isBroken = true;
            TimedOut = _cut.IsCancellationRequested;
            while (_unacknowledged.TryDequeue(out var lost))
                lost.SetResult(false);
        }

        // Not synchronously: continuations of the waiting calls would run inside the code that failed.
        _ = _cut.CancelAsync();
    }

    /// <summary>When a chunk may be written, and how its end is signalled.</summary>
    internal readonly record struct Turn(Task Before, TaskCompletionSource Done);
}
