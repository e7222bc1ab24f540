using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

internal sealed partial class S3Driver
{
    private const int SmallBody = 128 * 1024;
    private const int MaxCopyTurns = 8;
    private const long CopyPart = 1024L * 1024 * 1024;

    public override async ValueTask CopyAsync(
        string source,
        string destination,
        MoveCopyOptions options,
        CancellationToken cancellationToken
    ) => await CopyVersionAsync(source, destination, options, null, cancellationToken).ConfigureAwait(false);

    /// <summary>Copies one version of the source and returns that version. The preparation runs for each attempted version.</summary>
    private async Task<S3Head> CopyVersionAsync(
        string source,
        string destination,
        MoveCopyOptions options,
        Func<S3Head, Task>? before,
        CancellationToken cancellationToken
    )
    {
        for (var turn = 0; turn < MaxCopyTurns; turn++)
        {
            var head = await HeadAsync(source, cancellationToken).ConfigureAwait(false) ?? throw NothingAt(source);
            Require(head.Info, options.IfMatch, source, Name);
            if (before is not null)
                await before(head).ConfigureAwait(false);
            try
            {
                await CopyHeadAsync(source, destination, head, options, cancellationToken).ConfigureAwait(false);
                return head;
            }
            catch (Exception e) when (e is S3SourceChangedException || (e is AmazonS3Exception refused && S3Errors.IsRefused(refused)))
            {
                // The source has changed since it was read: read it again.
            }
        }

        throw new BackendUnavailableException("Copy abandoned after too many attempts: the source keeps changing.", source);
    }

    private async Task CopyHeadAsync(
        string source,
        string destination,
        S3Head head,
        MoveCopyOptions options,
        CancellationToken cancellationToken
    )
    {
        var traits = await _probe.TraitsAsync(cancellationToken).ConfigureAwait(false);
        var target = options.AtDestination;
        if (traits.Put && !CopiesInside(head.Info.Size, target, traits))
        {
            await RelayAsync(ObjectKey(source), destination, head, target, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (await DecisionAsync(destination, target, cancellationToken).ConfigureAwait(false) is not { } deciding)
        {
            await CopyObjectAsync(ObjectKey(source), destination, head, traits, cancellationToken, S3History.Of(options.OperationId))
                .ConfigureAwait(false);
            return;
        }

        await CopyDecidedAsync(source, destination, head, target, deciding, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Whether the service evaluates the conditions at both ends of a copy inside it. No service supports If-Match for
    /// the target of a single copy. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
    /// </summary>
    private static bool CopiesInside(long size, WriteOptions target, S3ServiceFeatures traits) =>
        (size > MaxSinglePut, target) switch
        {
            (true, { Overwrite: true }) => true,
            (true, _) => traits.Complete,
            _ when traits.CopySource == S3CopySource.Ignored => false,
            (_, { Overwrite: true }) => true,
            _ => target.IfMatch is null && traits.CopyTarget,
        };

    private async Task CopyDecidedAsync(
        string source,
        string destination,
        S3Head head,
        WriteOptions target,
        S3ServiceFeatures traits,
        CancellationToken cancellationToken
    )
    {
        var own = S3History.Of(target.OperationId);
        if (head.Info.Size > MaxSinglePut)
        {
            await CopyPartsAsync(ObjectKey(source), head, own, new S3Target(destination, target, traits), cancellationToken)
                .ConfigureAwait(false);
            return;
        }

        var conditional = new S3ConditionalWrite(this, destination, head.Info.Size, target, own, traits);
        await conditional.RunAsync(CopyAsync, cancellationToken).ConfigureAwait(false);

        async Task<RemoteFileInfo> CopyAsync(S3Condition condition, S3History history)
        {
            try
            {
                return await CopyObjectAsync(ObjectKey(source), destination, head, traits, cancellationToken, history, condition)
                    .ConfigureAwait(false);
            }
            catch (AmazonS3Exception e) when (S3Errors.IsRefused(e))
            {
                // The service does not report which end it refuses.
                if (await RawHeadAsync(destination, ObjectKey(destination), cancellationToken).ConfigureAwait(false) is null)
                    throw new S3SourceChangedException(e);
                throw;
            }
        }
    }

    /// <summary>Copies inside the service; the copy is a version of its own with the source's metadata.</summary>
    private async Task<RemoteFileInfo> CopyObjectAsync(
        string sourceObject,
        string destination,
        S3Head head,
        S3ServiceFeatures traits,
        CancellationToken cancellationToken,
        S3History own = default,
        S3Condition condition = default
    )
    {
        own = own == default ? S3History.New() : own;
        if (head.Info.Size > MaxSinglePut)
            return await CopyPartsAsync(
                    sourceObject,
                    head,
                    own,
                    new S3Target(destination, WriteOptions.Replace, S3ServiceFeatures.None),
                    cancellationToken
                )
                .ConfigureAwait(false);
        var request = new CopyObjectRequest
        {
            SourceBucket = Bucket,
            SourceKey = sourceObject,
            DestinationBucket = Bucket,
            DestinationKey = ObjectKey(destination),
            MetadataDirective = S3MetadataDirective.REPLACE,
            ContentType = S3Head.TypeOrNone(head.Info.ContentType),
            ETagToMatch = traits.CopySource == S3CopySource.Standard ? $"\"{head.ETag}\"" : null,
            IfNoneMatch = condition.IfNoneMatch,
        };
        if (traits.CopySource == S3CopySource.Ceph)
            request.Headers[CephCopyIfMatch] = head.ETag;
        S3ContentHeaders.Of(head.Headers).Fill(request.Headers);
        S3Metadata.Write(request.Metadata, head.Info.Metadata, own);
        var client = condition == default ? Client : Once;
        var answer = await Call(client.CopyObjectAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false);
        return S3Head.Written(destination, head.Info.Size, answer.ETag, own, head.Info.Digest is not null);
    }

    private async Task<RemoteFileInfo> CopyPartsAsync(
        string sourceObject,
        S3Head head,
        S3History own,
        S3Target target,
        CancellationToken cancellationToken
    )
    {
        var targetObject = ObjectKey(target.Key);
        var upload = await InitiateAsync(targetObject, head.Info.Metadata, head.Info.ContentType, own, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            var parts = new List<string>();
            for (var offset = 0L; offset < head.Info.Size; offset += CopyPart)
            {
                var request = new CopyPartRequest
                {
                    SourceBucket = Bucket,
                    SourceKey = sourceObject,
                    DestinationBucket = Bucket,
                    DestinationKey = targetObject,
                    UploadId = upload,
                    PartNumber = parts.Count + 1,
                    FirstByte = offset,
                    LastByte = Math.Min(offset + CopyPart, head.Info.Size) - 1,
                    ETagToMatch = [$"\"{head.ETag}\""],
                };
                parts.Add(
                    Quoted((await Call(Client.CopyPartAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false)).ETag)
                );
            }

            var staged = new S3StagedToken(target.Key, head.Info.Size, upload, parts, own.Own, null);
            return await PublishAsync(staged, target.Options, target.Traits, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await AbortQuietlyAsync(targetObject, upload).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Copies through the client: reads one version and writes it with its condition. Required for correctness where
    /// the service ignores the conditions of copies.
    /// </summary>
    private Task<RemoteFileInfo> RelayAsync(
        string sourceObject,
        string destination,
        S3Head head,
        WriteOptions target,
        CancellationToken cancellationToken
    )
    {
        if (head.Info.Size > MaxSinglePut)
        {
            throw new CapabilityNotSupportedException(
                Capability.Conditional,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The service supports conditions only for PUT, which is limited to 5 GiB; the content has {head.Info.Size} bytes."
                ),
                destination
            );
        }

        var body = new S3Body(head.Info.Size, token => OpenVersionAsync(sourceObject, head, token));
        var options = target with { Metadata = head.Info.Metadata, ContentType = head.Info.ContentType };
        return StoreAsync(destination, body, options, S3ContentHeaders.Of(head.Headers), cancellationToken);
    }

    private async Task<Stream> OpenVersionAsync(string sourceObject, S3Head head, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest
        {
            BucketName = Bucket,
            Key = sourceObject,
            EtagToMatch = $"\"{head.ETag}\"",
        };
        var response = await OpenUnchangedAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.ContentLength != head.Info.Size)
        {
            response.Dispose();
            throw new MalformedResponseException("it holds more or fewer bytes than the object");
        }

        var body = new S3ReadStream(response, _options.RequestTimeout);
        if (head.Info.Size > SmallBody)
            return body;
        await using (body.ConfigureAwait(false))
        {
            var whole = new byte[head.Info.Size];
            await body.ReadExactlyAsync(whole, cancellationToken).ConfigureAwait(false);
            return new MemoryStream(whole);
        }
    }

    private async Task<GetObjectResponse> OpenUnchangedAsync(GetObjectRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await Call(Client.GetObjectAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (S3Errors.IsRefused(e) || S3Errors.IsMissing(e))
        {
            // Must not be mistaken for a response about the target.
            throw new S3SourceChangedException(e);
        }
    }
}
