namespace RemoteStore;

/// <summary>Decides from its arguments and the capabilities alone whether a call is allowed. Used by stores and by the kernel.</summary>
internal static class OptionChecks
{
    private const int MaxContentTypeLength = 255;

    /// <summary>Checks the form of the arguments first, then their capabilities, then the capability of the operation.</summary>
    /// <returns>The options with validated metadata.</returns>
    internal static WriteOptions Write(WriteOptions? options, Capability gate, CapabilitySet capabilities, string? path, string? backend)
    {
        options ??= WriteOptions.Default;
        CheckConditions(options);
        if (options.ContentType is { } type)
            CheckContentType(type);
        var metadata = UserMetadata.From(options.Metadata);
        capabilities.Require(Needed(options, metadata) | gate, path, backend);
        return ReferenceEquals(metadata, options.Metadata) ? options : options with { Metadata = metadata };
    }

    internal static DeleteOptions Delete(DeleteOptions? options, CapabilitySet capabilities, string? path, string? backend)
    {
        options ??= DeleteOptions.Default;
        CheckETag(options.IfMatch, nameof(options.IfMatch));
        capabilities.Require((options.IfMatch is null ? Capability.None : Capability.Conditional) | Capability.Delete, path, backend);
        return options;
    }

    internal static MoveCopyOptions MoveCopy(
        MoveCopyOptions? options,
        Capability gate,
        CapabilitySet capabilities,
        string? path,
        string? backend
    )
    {
        options ??= MoveCopyOptions.Default;
        CheckETag(options.IfMatch, nameof(options.IfMatch));
        CheckETag(options.DestinationIfMatch, nameof(options.DestinationIfMatch));
        capabilities.Require((options.IfMatch is null ? Capability.None : Capability.Conditional) | gate, path, backend);
        return options;
    }

    internal static ReadOptions Read(ReadOptions? options, CapabilitySet capabilities, string? path, string? backend)
    {
        options ??= ReadOptions.Default;
        options.Range?.Validate();
        CheckETag(options.IfMatch, nameof(options.IfMatch));
        capabilities.Require(Capability.Read, path, backend);
        return options;
    }

    internal static ListOptions List(ListOptions? options, CapabilitySet capabilities, string? path, string? backend)
    {
        options ??= ListOptions.Default;
        CheckDepth(options.MaxDepth);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PageSize, 1, nameof(options.PageSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.PageSize, 10_000, nameof(options.PageSize));
        if ((options.Kinds & ListKinds.All) == 0)
            throw new ArgumentException("Kinds must be Files, Folders or All.", nameof(options));
        if (options.Pattern is { } pattern)
            NamePattern.Parse(pattern);
        capabilities.Require(Capability.List, path, backend);
        return options;
    }

    internal static void CheckDepth(int? maxDepth)
    {
        if (maxDepth is { } depth)
            ArgumentOutOfRangeException.ThrowIfNegative(depth, nameof(maxDepth));
    }

    private static Capability Needed(WriteOptions options, UserMetadata? metadata) =>
        (metadata is null ? Capability.None : Capability.UserMetadata)
        | (options.ContentType is null ? Capability.None : Capability.ContentType)
        | (options.IfMatch is null ? Capability.None : Capability.Conditional)
        | (options.IfNoneMatch is null ? Capability.None : Capability.CreateOnly);

    private static void CheckConditions(WriteOptions options)
    {
        CheckETag(options.IfMatch, nameof(options.IfMatch));
        if (options.IfNoneMatch is not (null or WriteOptions.Any))
            throw new ArgumentException("IfNoneMatch must be \"*\".", nameof(options));
        if (options.IfNoneMatch is not null && (options.IfMatch is not null || options.Overwrite))
            throw new ArgumentException("IfNoneMatch must not be combined with IfMatch or Overwrite.", nameof(options));
    }

    private static void CheckETag(string? etag, string name)
    {
        if (etag is not null && !ETags.IsValid(etag))
        {
            throw new ArgumentException(
                $"The ETag must have 1 to {ETags.MaxLength} printable ASCII characters without spaces and quotes. "
                    + "Pass an ETag that the store has returned.",
                name
            );
        }
    }

    private static void CheckContentType(string type)
    {
        var slash = type.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == type.Length - 1 || type.Length > MaxContentTypeLength || type.Any(c => c is < ' ' or > '~'))
            throw new ArgumentException(
                "The content type must have the form type/subtype, in printable ASCII and at most 255 characters.",
                nameof(type)
            );
    }
}
