using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace RemoteStore.S3;

/// <summary>
/// A write that the service accepts or refuses by its condition, repeated until its outcome is known: a lost answer is looked up in the
/// history of what stands there, so that one's own success is not taken for another's.
/// </summary>
/// <param name="driver">Where.</param>
/// <param name="key">The key.</param>
/// <param name="size">The size of what is written.</param>
/// <param name="options">Conditions other than "replace whatever is there".</param>
/// <param name="own">The id of this write, which the object will carry.</param>
/// <param name="traits">What the service honours.</param>
internal sealed class S3ConditionalWrite(S3Driver driver, string key, long size, WriteOptions options, S3History own, S3Traits traits)
{
    private const int MaxTurns = 64;
    private bool _ambiguous;
    private S3Condition? _takeOver;
    private RemoteFileInfo? _applied;
    private int _waits;
    private int _failures;

    /// <summary>Makes the write.</summary>
    /// <param name="sendAsync">Sends the request, once, with a condition and the history the object will carry.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    internal async Task<RemoteFileInfo> RunAsync(Func<S3Condition, S3History, Task<RemoteFileInfo>> sendAsync, CancellationToken cancellationToken)
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
            catch (AmazonS3Exception e) when (S3Errors.IsRefused(e) || IsNoTarget(e))
            {
                if (options.IfMatch is null)
                    await LookAfterRefusalAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (CanRepeat(e))
            {
                _ambiguous |= !(e is AmazonServiceException s && (S3Errors.IsConflict(s) || S3Errors.IsThrottled(s)));
                await driver.PauseAsync(_failures++, cancellationToken).ConfigureAwait(false);
            }
        }

        throw new BackendUnavailableException("Others write here all the time: the condition was never decided.", key);
    }

    private bool CanRepeat(Exception e) =>
        _failures < driver.Options.Retries && (S3Errors.IsPassing(e) || (e is AmazonServiceException s && S3Errors.IsConflict(s)));

    // Amazon answers 404, not 412, to If-Match on a missing key.
    private bool IsNoTarget(AmazonS3Exception e) =>
        options.IfMatch is not null && e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode is "NoSuchKey" or "NotFound";

    private async Task<(S3Condition Condition, S3History History)> NextAsync(CancellationToken cancellationToken)
    {
        if (options.IfMatch is null)
            return (_takeOver ?? S3Condition.Create, own);
        var head = await driver.HeadAsync(key, cancellationToken).ConfigureAwait(false);
        if (IsOurs(head))
            return default;
        if (Conditions.Failure(head?.Info, options, key, driver.Name) is { } failure)
            throw _ambiguous && head?.History.Contains(S3History.IdIn(options.IfMatch)) != true ? Unknown() : failure;
        return (new S3Condition(traits.IfMatch(head!.ETag), null), own.After(head.History));
    }

    private async Task LookAfterRefusalAsync(CancellationToken cancellationToken)
    {
        if (!_ambiguous && traits.Delete)
            throw Refused(null);
        var head = await driver.RawHeadAsync(key, driver.ObjectKey(key), cancellationToken).ConfigureAwait(false);
        if (head is null || IsOurs(head))
            return;
        if (head.DeletedUntil is not { } until)
            throw Refused(head.Info);
        if (driver.ServerTime > until)
            _takeOver = new S3Condition(traits.IfMatch(head.ETag), null);
        else
            await WaitForDeletionAsync(until, cancellationToken).ConfigureAwait(false);
    }

    // The deleter takes milliseconds; one that died leaves its mark until no delete of its can arrive any more.
    private async Task WaitForDeletionAsync(long until, CancellationToken cancellationToken)
    {
        if (_waits >= 6)
        {
            throw new BackendUnavailableException("A deletion of the file has not ended.", key)
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

    private RemoteStoreException Refused(RemoteFileInfo? there) =>
        Conditions.Failure(there ?? new RemoteFileInfo(key, 0), options, key, driver.Name)!;

    private BackendUnavailableException Unknown() =>
        new("An answer was lost, and what stands there now does not tell whether the write happened.", key) { IsTransient = false };
}
