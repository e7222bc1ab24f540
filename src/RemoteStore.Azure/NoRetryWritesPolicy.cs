using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace RemoteStore.AzureBlobs;

/// <summary>
/// The retries of the SDK, for reads and for blocks that are not visible yet. Any other change is sent once: if its lost
/// response was a success, the retry would be refused because of it. It is resent only if the service was too busy to begin.
/// </summary>
internal sealed class NoRetryWritesPolicy(RetryOptions retry) : RetryPolicy(retry.MaxRetries, Pauses(retry))
{
    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        MayRepeat(message, exception) ? base.ShouldRetryAsync(message, exception) : new(false);

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        MayRepeat(message, exception) && base.ShouldRetry(message, exception);

    private static DelayStrategy Pauses(RetryOptions retry) =>
        retry.Mode == RetryMode.Fixed
            ? DelayStrategy.CreateFixedDelayStrategy(retry.Delay)
            : DelayStrategy.CreateExponentialDelayStrategy(retry.Delay, retry.MaxDelay);

    private static bool MayRepeat(HttpMessage message, Exception? exception) =>
        message.Request.Method == RequestMethod.Get
        || message.Request.Method == RequestMethod.Head
        || IsBlock(message.Request.Uri)
        || (exception is null && IsTooBusy(message.Response));

    private static bool IsBlock(RequestUriBuilder uri) => uri.Query.TrimStart('?').Split('&').Contains("comp=block");

    // https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes
    private static bool IsTooBusy(Response answer) =>
        answer.Status == 503 && answer.Headers.TryGetValue("x-ms-error-code", out var code) && code == "ServerBusy";
}
