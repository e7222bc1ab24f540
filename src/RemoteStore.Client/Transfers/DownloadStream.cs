using System.Runtime.ExceptionServices;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>
/// Large content, fetched in chunks with read-ahead, of one version from the first byte to the last. When the silo that
/// reads it is lost, the download resumes through another silo at the current position, with the same version or not at all.
/// </summary>
internal sealed class DownloadStream : RemoteReadStream
{
    private readonly TransferClient _transfers;
    private readonly long _start;
    private readonly long _length;
    private readonly CancellationTokenSource _closed = new();
    private readonly ResumeLimit _resumes;
    private DownloadChannel? _link;
    private Payload? _current;
    private ExceptionDispatchInfo? _failure;
    private RemoteStoreException? _cut;
    private int _used;
    private long _position;
    private bool _disposed;

    private DownloadStream(TransferClient transfers, DownloadChannel link, RemoteFileInfo info, ByteRange range)
    {
        (_transfers, _link, Info) = (transfers, link, info);
        _resumes = transfers.NewResumeLimit();
        (_start, _length) = (range.Offset, range.CountOf(info.Size));
        link.Start(_length, _closed.Token);
    }

    public override RemoteFileInfo Info { get; }

    public override bool CanRead => !_disposed;

    public override bool CanSeek => false;

    public override long Length => throw NoSeek();

    public override long Position
    {
        get => throw NoSeek();
        set => throw NoSeek();
    }

    /// <summary>Opens the current version, which may be newer than the one the owner just reported, and reads only that version.</summary>
    internal static async ValueTask<RemoteReadStream> OpenAsync(
        TransferClient transfers,
        string key,
        ReadOptions options,
        CancellationToken cancellationToken
    )
    {
        var (link, file) = await DownloadChannel
            .OpenAsync(transfers, key, ReadRequest.From(options), transfers.Settings.Direct, cancellationToken)
            .ConfigureAwait(false);
        return new DownloadStream(transfers, link, file.ToInfo(key), options.Range ?? default);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty || _position == _length)
            return 0;
        if (_current is null)
            await NextChunkAsync(cancellationToken).ConfigureAwait(false);
        var rest = _current!.Memory[_used..];
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        Used(count);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Passes on the chunks as received, without a copy.</summary>
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (_position < _length)
        {
            if (_current is null)
                await NextChunkAsync(cancellationToken).ConfigureAwait(false);
            var rest = _current!.Memory[_used..];
            await destination.WriteAsync(rest, cancellationToken).ConfigureAwait(false);
            Used(rest.Length);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("This stream is asynchronous. Use ReadAsync, or read from a Store.");

    public override long Seek(long offset, SeekOrigin origin) => throw NoSeek();

    public override async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        DropCurrent();
        await _closed.CancelAsync().ConfigureAwait(false);
        if (_link is { } link)
            await link.CloseAsync(finished: _position == _length).ConfigureAwait(false);
        _closed.Dispose();
        GC.SuppressFinalize(this);
    }

    // A synchronous disposal does not wait for the cluster; a close that is lost is compensated by the collection of idle transfers.
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
            _ = DisposeAsync().AsTask();
        base.Dispose(disposing);
    }

    private static NotSupportedException NoSeek() => new("The stream cannot seek.");

    /// <summary>
    /// A cancelled wait changes nothing: the next read gets the chunk. A failure is permanent: every later read throws it again.
    /// </summary>
    private async ValueTask NextChunkAsync(CancellationToken cancellationToken)
    {
        _failure?.Throw();
        while (_current is null)
        {
            try
            {
                _link ??= await _resumes.RunAsync(ReopenAsync, _cut!, cancellationToken).ConfigureAwait(false);
                _current = Checked(await _link.NextAsync(cancellationToken).ConfigureAwait(false));
            }
            catch (RemoteStoreException e) when (CanResume(e))
            {
                Leave(e);
            }
            catch (RemoteStoreException e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
                throw;
            }
        }

        _used = 0;
        _resumes.Progressed();
    }

    /// <summary>Checks the length: an empty chunk would be read as the end of the file, a longer one would exceed the file.</summary>
    private Payload Checked(Payload chunk)
    {
        var expected = Math.Min(_length - _position, TransferDefaults.ChunkSize);
        if (chunk.Length == expected)
            return chunk;
        var length = chunk.Length;
        chunk.Dispose();
        throw new RemoteStoreException(
            $"The silo sent a chunk of {length} bytes instead of {expected} at byte {_position}. Read the file again.",
            Info.Path,
            _transfers.Calls.Store
        )
        {
            Code = ErrorCodes.ContentMismatch,
        };
    }

    /// <summary>Without an ETag the remainder cannot be verified to belong to the same version.</summary>
    private bool CanResume(RemoteStoreException failure) =>
        Info.ETag is not null && TransferClient.IsResumable(failure) && _resumes.TryBegin();

    private void Leave(RemoteStoreException cut)
    {
        _cut = cut;
        // Not awaited: a lost silo does not answer.
        _ = _link?.CloseAsync(finished: false).AsTask();
        _link = null;
    }

    private async ValueTask<DownloadChannel> ReopenAsync(CancellationToken cancellationToken)
    {
        await TransferClient.PauseAsync(_resumes.Attempts, _cut!, cancellationToken).ConfigureAwait(false);
        var rest = _length - _position;
        var request = new ReadRequest
        {
            Offset = _start + _position,
            Length = rest,
            IfMatch = Info.ETag,
        };
        try
        {
            // By calls: if it fails again, the error has the reason.
            var (link, file) = await DownloadChannel
                .OpenAsync(_transfers, Info.Path, request, direct: null, cancellationToken)
                .ConfigureAwait(false);
            if (file.ETag != Info.ETag || file.Size != Info.Size)
            {
                await link.CloseAsync(finished: false).ConfigureAwait(false);
                throw Changed(null);
            }

            link.Start(rest, _closed.Token);
            return link;
        }
        catch (RemoteStoreException e) when (e is NotFoundException or PreconditionFailedException { Code: not ErrorCodes.FileChanged })
        {
            throw Changed(e);
        }
    }

    private PreconditionFailedException Changed(Exception? cause) =>
        new(
            $"The silo was lost after {_position} of {_length} bytes, and the file has changed since: the opened version "
                + "no longer exists. Read the file again.",
            Info.Path,
            _transfers.Calls.Store,
            cause
        )
        {
            Code = ErrorCodes.FileChanged,
        };

    private void Used(int count)
    {
        _used += count;
        _position += count;
        if (_used == _current!.Length)
            DropCurrent();
    }

    private void DropCurrent()
    {
        _current?.Dispose();
        _current = null;
    }
}
