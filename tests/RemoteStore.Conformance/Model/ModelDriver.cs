namespace RemoteStore.Conformance;

/// <summary>Takes a step on a real backend and reports the answer in the words of <see cref="ReferenceModel"/>.</summary>
internal static class ModelDriver
{
    internal static async Task<string> ApplyAsync(AsyncBackend backend, ModelOperation step)
    {
        try
        {
            return await CallAsync(backend, step, await VersionAsync(backend, step));
        }
        catch (RemoteStoreException e)
        {
            return e.Kind.ToString();
        }
    }

    private static async Task<string> CallAsync(AsyncBackend backend, ModelOperation step, string? version)
    {
        switch (step.Verb)
        {
            case ModelVerb.Write:
                return ReferenceModel.Number((await backend.WriteAsync(step.Key, Content(step), Options(step, version))).Size);
            case ModelVerb.WriteAtomic:
                return ReferenceModel.Number((await backend.WriteAtomicAsync(step.Key, Content(step), Options(step, version))).Size);
            case ModelVerb.AbortWriter:
                return await AbortAsync(backend, step);
            case ModelVerb.Read:
                return ReferenceModel.Text(await backend.ReadBytesAsync(step.Key));
            case ModelVerb.ReadRange:
                return ReferenceModel.Text(await backend.ReadBytesAsync(step.Key, ReadOptions.At(step.Size, step.Extent)));
            case ModelVerb.List:
                return await ListAsync(backend, step);
            case ModelVerb.FileInfo:
                return ReferenceModel.Number((await backend.GetFileInfoAsync(step.Key)).Size);
            case ModelVerb.FolderInfo:
                var info = await backend.GetFolderInfoAsync(step.Key);
                return $"{info.FileCount} files {info.TotalSize}";
            case ModelVerb.Kind:
                return (await backend.GetKindAsync(step.Key)).ToString();
            default:
                await ChangeAsync(backend, step, version);
                return "done";
        }
    }

    private static ValueTask ChangeAsync(AsyncBackend backend, ModelOperation step, string? version) =>
        step.Verb switch
        {
            ModelVerb.Delete => backend.DeleteAsync(step.Key, new DeleteOptions { IgnoreMissing = step.Force, IfMatch = version }),
            ModelVerb.DeleteFolder => backend.DeleteFolderAsync(
                step.Key,
                new DeleteFolderOptions { Recursive = step.Recursive, IgnoreMissing = step.Force }
            ),
            ModelVerb.Move => backend.MoveAsync(step.Key, step.Other, new MoveCopyOptions { Overwrite = step.Force, IfMatch = version }),
            _ => backend.CopyAsync(step.Key, step.Other, new MoveCopyOptions { Overwrite = step.Force, IfMatch = version }),
        };

    private static async Task<string> AbortAsync(AsyncBackend backend, ModelOperation step)
    {
        await using var writer = await backend.OpenAtomicAsync(step.Key, new WriteOptions { Overwrite = step.Force });
        await writer.WriteAsync(step.Content());
        return "aborted";
    }

    private static async Task<string> ListAsync(AsyncBackend backend, ModelOperation step)
    {
        var options = new ListOptions
        {
            Recursive = step.Recursive,
            MaxDepth = step.Extent,
            PageSize = (step.Size % 5) + 1,
        };
        var paths = new List<string>();
        string? token = null;
        do
        {
            var page = await backend.ListPageAsync(step.Key, options, token);
            paths.AddRange(page.Entries.Select(e => e.Path));
            token = page.ContinuationToken;
        } while (token is not null);
        return string.Join(' ', paths.Order(StringComparer.Ordinal));
    }

    private static WriteContent Content(ModelOperation step) =>
        step.Recursive ? new WriteContent(new MemoryStream(step.Content())) : step.Content();

    private static WriteOptions Options(ModelOperation step, string? version) =>
        step.Condition == ModelCondition.Absent ? WriteOptions.CreateOnly : new WriteOptions { Overwrite = step.Force, IfMatch = version };

    private static async Task<string?> VersionAsync(AsyncBackend backend, ModelOperation step) =>
        step.Condition switch
        {
            ModelCondition.Any => WriteOptions.Any,
            ModelCondition.Stale => "never-a-version",
            ModelCondition.Current when await backend.IsFileAsync(step.Key) => (await backend.GetFileInfoAsync(step.Key)).ETag,
            ModelCondition.Current => "never-a-version",
            _ => null,
        };
}
