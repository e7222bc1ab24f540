using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Azure.Storage.Blobs.Specialized;
using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs;

/// <summary>
/// Splits the bytes into blocks and stages a bounded number of them at once under the target's own name, where they
/// are not visible before the commit. In memory: the blocks in flight and the one being filled.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Every session ends with FinishAsync or AbandonAsync, and these dispose.")]
internal sealed class AzureStagedWrite(BlockBlobClient blob, string key, BlockSizes sizes, int maxConcurrency, Action<string> onFinished)
    : StagedWrite
{
    private readonly string _session = Guid.NewGuid().ToString("N");
    private readonly Queue<Task> _inFlight = new();
    private readonly CancellationTokenSource _stop = new();

    // Azure stores and verifies MD5: it protects against accidental damage, not against attackers.
#pragma warning disable CA5351
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
    private byte[]? _block;
    private int _used;
    private int _count;
    private long _size;

    public override long MaxBufferedBytes => (maxConcurrency + 1L) * sizes.Of(_count);

    public override async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _md5.AppendData(bytes.Span);
        _size += bytes.Length;
        while (!bytes.IsEmpty)
        {
            var blockSize = sizes.Of(_count);
            _block ??= ArrayPool<byte>.Shared.Rent(blockSize);
            var count = Math.Min(bytes.Length, blockSize - _used);
            bytes[..count].CopyTo(_block.AsMemory(_used));
            bytes = bytes[count..];
            _used += count;
            if (_used == blockSize)
                await SendAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override async ValueTask<string> FinishAsync(CancellationToken cancellationToken)
    {
        if (_used > 0)
            await SendAsync(cancellationToken).ConfigureAwait(false);
        while (_inFlight.Count > 0)
            await OldestAsync(cancellationToken).ConfigureAwait(false);
        var token = new StagingToken(_session, _count, _size, Convert.ToHexStringLower(_md5.GetHashAndReset())).ToText(key);
        onFinished(token);
        Release();
        return token;
    }

    public override async ValueTask AbandonAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_inFlight).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_block is { } block)
            ArrayPool<byte>.Shared.Return(block);
        _block = null;
        Release();
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        if (_count == BlockSizes.MaxBlocks)
            throw new RemoteStoreException(
                $"A blob has at most {BlockSizes.MaxBlocks} blocks: for content this large set a larger PartSize."
            );
        while (_inFlight.Count >= maxConcurrency)
            await OldestAsync(cancellationToken).ConfigureAwait(false);
        _inFlight.Enqueue(StageAsync(StagingToken.BlockId(_session, _count++), _block!, _used));
        (_block, _used) = (null, 0);
    }

    private async ValueTask OldestAsync(CancellationToken cancellationToken)
    {
        await _inFlight.Peek().WaitAsync(cancellationToken).ConfigureAwait(false);
        _ = _inFlight.Dequeue();
    }

    private async Task StageAsync(string id, byte[] block, int count)
    {
        try
        {
            using var content = new MemoryStream(block, 0, count, writable: false);
            await AzureCall.Timed(blob.StageBlockAsync(id, content, null, _stop.Token), _stop.Token).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private void Release()
    {
        _md5.Dispose();
        _stop.Dispose();
    }
}
