using System.Buffers;
using RemoteStore.Grains;

namespace RemoteStore.Client;

public sealed partial class ClusterBackend
{
    /// <inheritdoc/>
    public override async ValueTask<RemoteReadStream> ReadAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options = OptionChecks.Read(options, Capabilities, key, Name);
        var canonical = KernelKeys.File(key, Name);
        if (await _hot.ReadAsync(canonical, options, cancellationToken).ConfigureAwait(false) is { } stream)
            return stream;
        var reply = await _calls
            .PathAsync(canonical, ReadRequest.From(options), static (p, r, t) => p.Read(r, t), cancellationToken)
            .ConfigureAwait(false);
        _hot.Learn(canonical, reply);
        return reply.Content is { } content
            ? new PayloadStream(Checked(reply.File.ToInfo(canonical), options, content), content)
            : await DownloadStream.OpenAsync(_transfers, canonical, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checks the length: fewer bytes than announced would be read as the whole file, more as a part of it.</summary>
    private RemoteFileInfo Checked(RemoteFileInfo file, ReadOptions options, Payload content)
    {
        var expected = (options.Range ?? default).CountOf(file.Size);
        if (content.Length == expected)
            return file;
        var length = content.Length;
        content.Dispose();
        throw new RemoteStoreException($"The silo sent {length} bytes instead of {expected}. Read the file again.", file.Path, Name)
        {
            Code = ErrorCodes.ContentMismatch,
        };
    }

    /// <inheritdoc/>
    public override async ValueTask<byte[]> ReadBytesAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var stream = await ReadAsync(key, options, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var count = options?.Range?.CountOf(stream.Info.Size) ?? stream.Info.Size;
            if (count > Array.MaxLength)
                throw new RemoteStoreException(
                    $"The file has {count} bytes and does not fit into one array. Read it as a stream.",
                    key,
                    Name
                );
            var bytes = GC.AllocateUninitializedArray<byte>((int)count);
            await stream.ReadExactlyOrThrowAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes;
        }
    }

    /// <summary>
    /// Writes a file and creates the folders above it. Content too large to be sent inline is staged, so no reader sees a part of it.
    /// </summary>
    /// <inheritdoc/>
    public override ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => WriteAsync(key, content, options, Capability.Write, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<WriteResult> WriteAtomicAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    ) => WriteAsync(key, content, options, Capability.AtomicWrite, cancellationToken);

    /// <inheritdoc/>
    public override async ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var (canonical, checkedOptions, _) = await BeginWriteAsync(key, options, Capability.AtomicWrite, cancellationToken)
            .ConfigureAwait(false);
        return await UploadWriter.OpenAsync(_transfers, canonical, checkedOptions, null, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask<WriteResult> CommitStagedAsync(
        string key,
        string token,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(token);
        var (canonical, checkedOptions, _) = await BeginWriteAsync(
                key,
                options,
                Capability.AtomicWrite | Capability.Staging,
                cancellationToken
            )
            .ConfigureAwait(false);
        var result = await _calls
            .ChangeAsync(
                canonical,
                (token, checkedOptions),
                static (p, a, o, t) => p.CommitUpload(a.token, WireWriteOptions.From(a.checkedOptions, o), t),
                cancellationToken
            )
            .ConfigureAwait(false);
        return result.ToResult(canonical);
    }

    /// <inheritdoc/>
    public override async ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(token);
        await DescribeAsync(cancellationToken).ConfigureAwait(false);
        Capabilities.Require(Capability.Staging, key, Name);
        var canonical = KernelKeys.File(key, Name);
        await _calls
            .StoreAsync(canonical, (canonical, token), static (s, a, t) => s.AbortStaged(a.canonical, a.token, t), cancellationToken)
            .ConfigureAwait(false);
    }

    private async ValueTask<(string Key, WriteOptions Options, int InlineLimit)> BeginWriteAsync(
        string key,
        WriteOptions? options,
        Capability gate,
        CancellationToken cancellationToken
    )
    {
        var description = await DescribeAsync(cancellationToken).ConfigureAwait(false);
        options = OptionChecks.Write(options, gate, Capabilities, key, Name);
        return (KernelKeys.File(key, Name), options, description.InlineLimit);
    }

    private async ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options,
        Capability gate,
        CancellationToken cancellationToken
    )
    {
        var (canonical, checkedOptions, limit) = await BeginWriteAsync(key, options, gate, cancellationToken).ConfigureAwait(false);
        var atomic = gate == Capability.AtomicWrite;
        if (content.Stream is { } stream)
            return await WriteStreamAsync(canonical, stream, content.Length, checkedOptions, atomic, limit, cancellationToken)
                .ConfigureAwait(false);
        return content.Bytes.Length <= limit
            ? await WriteInlineAsync(canonical, content.Bytes, checkedOptions, atomic, cancellationToken).ConfigureAwait(false)
            : await UploadAsync(canonical, content.Bytes, null, content.Length, checkedOptions, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The caller keeps the bytes; each attempt sends a copy of its own, whose ownership it transfers.</summary>
    private async ValueTask<WriteResult> WriteInlineAsync(
        string key,
        ReadOnlyMemory<byte> content,
        WriteOptions options,
        bool atomic,
        CancellationToken cancellationToken
    )
    {
        var result = await _calls
            .ChangeAsync(
                key,
                (options, content, atomic),
                static (p, a, o, t) => p.Write(WireWriteOptions.From(a.options, o), Payload.CopyOf(a.content.Span), a.atomic, t),
                cancellationToken
            )
            .ConfigureAwait(false);
        return result.ToResult(key);
    }

    /// <summary>The owner is asked before the content is read, so that a refused write does not consume the content.</summary>
    private async ValueTask<WriteResult> WriteStreamAsync(
        string key,
        Stream stream,
        long? length,
        WriteOptions options,
        bool atomic,
        int limit,
        CancellationToken cancellationToken
    )
    {
        if (length > limit)
            return await UploadAsync(key, default, stream, length, options, cancellationToken).ConfigureAwait(false);
        await _calls
            .PathAsync(key, WireWriteOptions.From(options), static (p, o, t) => p.CheckWrite(o, t), cancellationToken)
            .ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(limit + 1);
        var count = await new ContentSource(stream, synchronous: false)
            .FillAsync(buffer.AsMemory(0, limit + 1), cancellationToken)
            .ConfigureAwait(false);
        var result =
            count <= limit
                ? await WriteInlineAsync(key, buffer.AsMemory(0, count), options, atomic, cancellationToken).ConfigureAwait(false)
                : await UploadAsync(key, buffer.AsMemory(0, count), stream, length, options, cancellationToken).ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(buffer);
        return result;
    }

    /// <summary>Sends the buffered bytes first, then the remainder of the stream.</summary>
    private async ValueTask<WriteResult> UploadAsync(
        string key,
        ReadOnlyMemory<byte> head,
        Stream? rest,
        long? length,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        Capabilities.Require(Capability.AtomicWrite | Capability.Staging, key, Name);
        var writer = await UploadWriter.OpenAsync(_transfers, key, options, length, cancellationToken).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            await writer.WriteAsync(head, cancellationToken).ConfigureAwait(false);
            if (rest is not null)
                await writer.FillAsync(new ContentSource(rest, synchronous: false), cancellationToken).ConfigureAwait(false);
            return await writer.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
