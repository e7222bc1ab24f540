using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace RemoteStore.S3;

/// <summary>
/// A write with a condition that the service evaluates, retried until its outcome is known. After a lost response the
/// history of the current object is read, so that the write's own success is not mistaken for another writer's. If the
/// history is not sufficient, the outcome is unknown.
/// </summary>
/// <param name="driver">The driver.</param>
/// <param name="key">The key.</param>
/// <param name="size">The size of the content.</param>
/// <param name="options">The conditions. Only a completion may be unconditional; any other unconditional request is simply retried.</param>
/// <param name="own">The id of this write, which the object will contain.</param>
/// <param name="traits">The conditions that the service supports.</param>
internal sealed class S3ConditionalWrite(
    S3Driver driver,
    string key,
    long size,
    WriteOptions options,
    S3History own,
    S3ServiceFeatures traits
)
{
    private const int MaxTurns = 64;
    private bool _ambiguous;
    private (S3Condition Condition, S3History History)? _takeOver;
    private RemoteFileInfo? _applied;
    private int _waits;
    private int _failures;

    /// <summary>
    /// Whether the requests complete a multipart upload. A service may no longer know a completed upload, and after a
    /// conflict the upload must be repeated: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
    /// </summary>
    internal bool IsCompletion { get; init; }

    private bool IsConditional => options is not { Overwrite: true, IfMatch: null };

    /// <summary>Executes the write.</summary>
    /// <param name="sendAsync">Sends the request once, with a condition and the history for the object.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    internal async Task<RemoteFileInfo> RunAsync(
        Func<S3Condition, S3History, Task<RemoteFileInfo>> sendAsync,
        CancellationToken cancellationToken
    )
    {
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var (condition, history) = await NextAsync(cancellationToken).ConfigureAwait(false);
            if (_applied is not null)
                return _applied;
            try
            {
                return await sendAsync(condition, history).ConfigureAwait(false);
            }
            catch (AmazonS3Exception e) when (IsConditional && (S3Errors.IsRefused(e) || IsNoTarget(e)))
            {
                if (options.IfMatch is null)
                    await ReadAfterRefusalAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (IsSpent(e))
            {
                if (!_ambiguous)
                    throw;
                return await ReadAfterLossAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (CanRepeat(e))
            {
                _ambiguous |= S3Errors.MayHaveHappened(e);
                await driver.PauseAsync(_failures++, cancellationToken).ConfigureAwait(false);
            }
        }

        throw new BackendUnavailableException("Gave up after too many attempts: the object is being modified concurrently.", key);
    }

    private bool CanRepeat(Exception e) =>
        _failures < driver.Options.MaxRetries && (S3Errors.IsPassing(e) || (e is AmazonServiceException s && S3Errors.IsConflict(s)));

    // The content to be written no longer exists: no other attempt can determine the outcome of the previous one.
    private static bool IsGone(Exception e) => e is S3SourceChangedException || (e is AmazonS3Exception s && S3Errors.IsNoUpload(s));

    private bool IsSpent(Exception e) => IsGone(e) || (IsCompletion && e is AmazonS3Exception { ErrorCode: "ConditionalRequestConflict" });

    // Amazon answers 404, not 412, to If-Match on a missing key.
    private bool IsNoTarget(AmazonS3Exception e) =>
        options.IfMatch is not null && S3Errors.StatusOf(e) == HttpStatusCode.NotFound && e.ErrorCode is "NoSuchKey" or "NotFound";

    private async Task<(S3Condition Condition, S3History History)> NextAsync(CancellationToken cancellationToken)
    {
        if (options.IfMatch is null)
            return !IsConditional ? (default, own) : _takeOver ?? (S3Condition.Create, own.AtBeginning);
        var head = await LookupAsync(cancellationToken).ConfigureAwait(false);
        if (IsOurs(head))
            return default;
        if (Failure(head) is { } failure)
            throw failure;
        return Over(head!);
    }

    // A refused read does not determine the outcome of the write.
    private async Task<S3Head?> LookupAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await driver.RawHeadAsync(key, driver.ObjectKey(key), cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonServiceException e) when (_ambiguous && !S3Errors.IsPassing(e))
        {
            throw S3Errors.Unknown(key);
        }
    }

    private (S3Condition Condition, S3History History) Over(S3Head replaced) =>
        (new S3Condition(traits.IfMatch(replaced.ETag), null), own.After(replaced.History));

    private async Task ReadAfterRefusalAsync(CancellationToken cancellationToken)
    {
        if (!_ambiguous && traits.Delete)
            throw Refused();
        var head = await LookupAsync(cancellationToken).ConfigureAwait(false);
        if (head is null || IsOurs(head))
            return;
        if (head.DeletedUntil is not { } until)
            throw Failure(head)!;
        if (driver.ServerTime > until)
            _takeOver = Over(head);
        else
            await WaitForDeletionAsync(until, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RemoteFileInfo> ReadAfterLossAsync(CancellationToken cancellationToken)
    {
        var head = await LookupAsync(cancellationToken).ConfigureAwait(false);
        return IsOurs(head) ? _applied! : throw Failure(head) ?? S3Errors.Unknown(key);
    }

    // A delete takes milliseconds; a process that crashed leaves its tombstone until its delete can no longer arrive.
    private async Task WaitForDeletionAsync(long until, CancellationToken cancellationToken)
    {
        if (_waits >= 6)
        {
            throw new BackendUnavailableException("A deletion of the file is still in progress.", key)
            {
                RetryAfter = TimeSpan.FromSeconds(Math.Max(1, until + 1 - driver.ServerTime)),
            };
        }

        await driver.PauseAsync(_waits++, cancellationToken).ConfigureAwait(false);
    }

    private bool IsOurs(S3Head? head)
    {
        if (!_ambiguous || head is null || !head.History.Contains(own.Own))
            return false;
        _applied = head.History.Own == own.Own ? head.Info : new RemoteFileInfo(key, size);
        return true;
    }

    private RemoteStoreException Refused() => Conditions.Failure(new RemoteFileInfo(key, 0), options, key, driver.Name)!;

    /// <summary>
    /// The error that prevents the write, if the current object is certainly not the result of this write; null when nothing prevents it.
    /// </summary>
    private RemoteStoreException? Failure(S3Head? head) =>
        Conditions.Failure(head is { DeletedUntil: null } ? head.Info : null, options, key, driver.Name) is not { } failure ? null
        : !_ambiguous || IsOwnVersion(head) ? failure
        : S3Errors.Unknown(key);

    // The current object replaced the expected version, or was created where none existed; the object that it replaced was not ours.
    private bool IsOwnVersion(S3Head? head) =>
        head is not null && (options.IfMatch is { } replaced ? head.History.Contains(S3History.IdIn(replaced)) : head.History.IsWhole);
}
