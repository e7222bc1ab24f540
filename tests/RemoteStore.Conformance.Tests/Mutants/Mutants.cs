namespace RemoteStore.Conformance.Tests;

/// <summary>Backends that are wrong in one way each.</summary>
internal static class Mutants
{
    internal static IReadOnlyDictionary<string, Func<AsyncBackend, AsyncBackend>> All { get; } =
        new Dictionary<string, Func<AsyncBackend, AsyncBackend>>
        {
            ["drops the last byte of a large read"] = b => new DropsLastByte(b),
            ["overwrites when reported not to"] = b => new Overwrites(b),
            ["lists the deleted"] = b => new ListsTheDeleted(b),
            ["leaves a temporary file after a failure"] = b => new LeavesATemporary(b),
            ["shows a part after a failed atomic write"] = b => new ShowsAPart(b),
            ["reports a wrong version after a write"] = b => new WrongETag(b),
            ["reports a wrong size after a write"] = b => new WrongSize(b),
            ["ignores IfMatch on a write"] = b => new IgnoresIfMatch(b),
            ["ignores IfMatch on a delete"] = b => new IgnoresIfMatchOnDelete(b),
            ["reads a range that is off by one"] = b => new OffByOne(b),
            ["reports a refusal as a miss"] = b => new SwallowsRefusals(b),
            ["lists absolute paths"] = b => new AbsolutePaths(b),
            ["checks create-only before the write and not with it"] = b => new RacyCreateOnly(b),
            ["reads content before it refuses"] = b => new ReadsFirst(b),
            ["deletes a sibling that shares the prefix"] = b => new DeletesNamesakes(b),
            ["keeps the source of a move"] = b => new MovesByCopy(b),
            ["loses metadata"] = b => new LosesMetadata(b),
            ["ends a listing after its first page"] = b => new EndsEarly(b),
            ["reports a folder as a miss"] = b => new FolderIsAMiss(b),
            ["wraps the source's own error"] = b => new WrapsOwnErrors(b),
            ["ignores cancellation"] = b => new IgnoresCancellation(b),
            ["keeps staged content after its commit"] = b => new CommitsTwice(b),
            ["resumes a lost write one byte early"] = b => new ResumesEarly(b),
            ["resumes a lost write unseen"] = b => new ResumesUnseen(b),
            ["ignores the depth of a listing"] = b => new IgnoresDepth(b),
        };

    private static readonly CancellationToken Never = CancellationToken.None;

    private sealed class DropsLastByte(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override async ValueTask<byte[]> ReadBytesAsync(
            string key,
            ReadOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            var bytes = await Inner.ReadBytesAsync(key, options, cancellationToken);
            return bytes.Length > 100_000 ? bytes[..^1] : bytes;
        }
    }

    private sealed class Overwrites(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override ValueTask<WriteResult> WriteAtomicAsync(
            string key,
            WriteContent content,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        ) =>
            Inner.WriteAtomicAsync(
                key,
                content,
                (options ?? WriteOptions.Default) is { IfMatch: null, IfNoneMatch: null } plain ? plain with { Overwrite = true } : options,
                cancellationToken
            );
    }

    private sealed class ListsTheDeleted(AsyncBackend inner) : ForwardingBackend(inner)
    {
        private RemoteFileInfo? _ghost;

        public override async ValueTask DeleteAsync(
            string key,
            DeleteOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            var info = await Inner.IsFileAsync(key, cancellationToken) ? await Inner.GetFileInfoAsync(key, cancellationToken) : null;
            await Inner.DeleteAsync(key, options, cancellationToken);
            _ghost = info;
        }

        public override async ValueTask<ListPage> ListPageAsync(
            string key,
            ListOptions? options = null,
            string? continuationToken = null,
            CancellationToken cancellationToken = default
        )
        {
            var page = await Inner.ListPageAsync(key, options, continuationToken, cancellationToken);
            return _ghost is null || key.Length > 0 || page.ContinuationToken is not null
                ? page
                : page with
                {
                    Entries = [.. page.Entries, _ghost],
                };
        }
    }

    private sealed class LeavesATemporary(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override async ValueTask<WriteResult> WriteAtomicAsync(
            string key,
            WriteContent content,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            try
            {
                return await Inner.WriteAtomicAsync(key, content, options, cancellationToken);
            }
            catch (InvalidDataException)
            {
                await Inner.WriteAsync(key + ".tmp", "partial"u8.ToArray(), WriteOptions.Replace, Never);
                throw;
            }
        }
    }

    private sealed class ShowsAPart(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override async ValueTask<WriteResult> WriteAtomicAsync(
            string key,
            WriteContent content,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            try
            {
                return await Inner.WriteAtomicAsync(key, content, options, cancellationToken);
            }
            catch (InvalidDataException)
            {
                await Inner.WriteAsync(key, "partial"u8.ToArray(), WriteOptions.Replace, Never);
                throw;
            }
        }
    }

    private sealed class WrongETag(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override async ValueTask<WriteResult> WriteAsync(
            string key,
            WriteContent content,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        ) => await Inner.WriteAsync(key, content, options, cancellationToken) with { ETag = "W" };
    }

    private sealed class WrongSize(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override async ValueTask<WriteResult> WriteAsync(
            string key,
            WriteContent content,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        ) => await Inner.WriteAsync(key, content, options, cancellationToken) with { Size = content.Length ?? 0 };
    }

    private sealed class IgnoresIfMatch(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override ValueTask<WriteResult> WriteAsync(
            string key,
            WriteContent content,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        ) =>
            Inner.WriteAsync(
                key,
                content,
                options?.IfMatch is null ? options : options with { IfMatch = null, Overwrite = true },
                cancellationToken
            );
    }

    private sealed class IgnoresIfMatchOnDelete(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
            Inner.DeleteAsync(key, options is null ? null : options with { IfMatch = null }, cancellationToken);
    }

    private sealed class OffByOne(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override ValueTask<byte[]> ReadBytesAsync(
            string key,
            ReadOptions? options = null,
            CancellationToken cancellationToken = default
        ) =>
            Inner.ReadBytesAsync(
                key,
                options?.Range is { Length: > 0 and < 1000 } range
                    ? options with
                    {
                        Range = range with { Length = range.Length - 1 },
                    }
                    : options,
                cancellationToken
            );
    }

    private sealed class SwallowsRefusals(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override async ValueTask<EntryKind> GetKindAsync(string key, CancellationToken cancellationToken = default)
        {
            try
            {
                return await Inner.GetKindAsync(key, cancellationToken);
            }
            catch (PermissionDeniedException)
            {
                return EntryKind.None;
            }
        }
    }

    private sealed class AbsolutePaths(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override async ValueTask<ListPage> ListPageAsync(
            string key,
            ListOptions? options = null,
            string? continuationToken = null,
            CancellationToken cancellationToken = default
        )
        {
            var page = await Inner.ListPageAsync(key, options, continuationToken, cancellationToken);
            return page with { Entries = [.. page.Entries.Select(e => e with { Path = "/" + e.Path })] };
        }
    }

    private sealed class RacyCreateOnly(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override async ValueTask<WriteResult> WriteAtomicAsync(
            string key,
            WriteContent content,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            if (options?.IfNoneMatch is null || await Inner.ExistsAsync(key, cancellationToken))
                return await Inner.WriteAtomicAsync(key, content, options, cancellationToken);
            await Task.Yield();
            return await Inner.WriteAtomicAsync(key, content, options with { IfNoneMatch = null, Overwrite = true }, cancellationToken);
        }
    }

    private sealed class ReadsFirst(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override async ValueTask<WriteResult> WriteAsync(
            string key,
            WriteContent content,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            if (content.Stream is not { } stream)
                return await Inner.WriteAsync(key, content, options, cancellationToken);
            using var all = new MemoryStream();
            await stream.CopyToAsync(all, cancellationToken);
            return await Inner.WriteAsync(key, all.ToArray(), options, cancellationToken);
        }
    }

    private sealed class DeletesNamesakes(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override async ValueTask DeleteFolderAsync(
            string key,
            DeleteFolderOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            await Inner.DeleteFolderAsync(key, options, cancellationToken);
            await foreach (var file in Inner.ListFilesAsync("", new ListOptions { Recursive = true }, cancellationToken))
            {
                if (options is { Recursive: true } && file.Path.StartsWith(key, StringComparison.Ordinal))
                    await Inner.DeleteAsync(file.Path, null, cancellationToken);
            }
        }
    }

    private sealed class MovesByCopy(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override ValueTask MoveAsync(
            string source,
            string destination,
            MoveCopyOptions? options = null,
            CancellationToken cancellationToken = default
        ) => Inner.CopyAsync(source, destination, options, cancellationToken);
    }

    private sealed class LosesMetadata(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override async ValueTask<WriteResult> WriteAtomicAsync(
            string key,
            WriteContent content,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            var result = await Inner.WriteAtomicAsync(key, content, options, cancellationToken);
            if (result.Metadata is null)
                return result;
            return await Inner.WriteAsync(
                key,
                await Inner.ReadBytesAsync(key, null, cancellationToken),
                WriteOptions.Replace,
                cancellationToken
            ) with
            {
                Metadata = result.Metadata,
            };
        }
    }

    private sealed class EndsEarly(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override async ValueTask<ListPage> ListPageAsync(
            string key,
            ListOptions? options = null,
            string? continuationToken = null,
            CancellationToken cancellationToken = default
        ) => await Inner.ListPageAsync(key, options, continuationToken, cancellationToken) with { ContinuationToken = null };
    }

    private sealed class FolderIsAMiss(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override async ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default) =>
            key.Length > 1 || !await Inner.IsFolderAsync(key, cancellationToken)
                ? await Inner.GetFileInfoAsync(key, cancellationToken)
                : throw new NotFoundException("gone", key, Name);
    }

    private sealed class WrapsOwnErrors(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override async ValueTask<WriteResult> WriteAsync(
            string key,
            WriteContent content,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            try
            {
                return await Inner.WriteAsync(key, content, options, cancellationToken);
            }
            catch (InvalidDataException e)
            {
                throw new RemoteStoreException("The write failed.", key, Name, e);
            }
        }
    }

    private sealed class IgnoresCancellation(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
            Inner.DeleteAsync(key, options, Never);
    }

    private sealed class CommitsTwice(AsyncBackend inner) : ForwardingBackend(inner)
    {
        private readonly HashSet<string> _tokens = [];

        public override async ValueTask<WriteResult> CommitStagedAsync(
            string key,
            string token,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            if (_tokens.Contains(key + token) && options is { Overwrite: true })
            {
                var info = await Inner.GetFileInfoAsync(key, cancellationToken);
                return new WriteResult(info.Path, info.Size, WriteResultSource.Native)
                {
                    ETag = info.ETag,
                    LastModified = info.LastModified,
                };
            }

            var result = await Inner.CommitStagedAsync(key, token, options, cancellationToken);
            _tokens.Add(key + token);
            return result;
        }
    }

    private sealed class ResumesEarly(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override ValueTask<AsyncAtomicWriter> ResumeAtomicAsync(
            string key,
            ResumePoint point,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        ) => Inner.ResumeAtomicAsync(key, point with { Length = Math.Max(0, point.Length - 1) }, options, cancellationToken);
    }

    private sealed class ResumesUnseen(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override ValueTask<AsyncAtomicWriter> ResumeAtomicAsync(
            string key,
            ResumePoint point,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        ) => Inner.ResumeAtomicAsync(key, point with { Kept = null }, options, cancellationToken);
    }

    private sealed class IgnoresDepth(AsyncBackend inner) : ForwardingBackend(inner)
    {
        public override ValueTask<ListPage> ListPageAsync(
            string key,
            ListOptions? options = null,
            string? continuationToken = null,
            CancellationToken cancellationToken = default
        ) =>
            Inner.ListPageAsync(
                key,
                options is { MaxDepth: > 0 } ? options with { MaxDepth = null } : options,
                continuationToken,
                cancellationToken
            );
    }
}
