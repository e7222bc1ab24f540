using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs;

/// <summary>
/// The calls specific to a hierarchical namespace, over the blob client's own pipeline (its credential, retries and transport):
/// rename and its prerequisites, and deletion of a tree. https://learn.microsoft.com/rest/api/storageservices/data-lake-storage-gen2
/// </summary>
/// <param name="pipeline">The pipeline that signs.</param>
/// <param name="service">The Data Lake endpoint without a trailing slash.</param>
/// <param name="fileSystem">The container.</param>
/// <param name="query">The signature in the client's address; empty when the pipeline signs.</param>
/// <param name="signature">The signature that lets the service read a source; empty for none.</param>
internal sealed class DataLakeCalls(HttpPipeline pipeline, string service, string fileSystem, string query, string signature)
{
    private const string Version = "2021-06-08";
    private const string Continuation = "x-ms-continuation";

    internal async ValueTask RenameAsync(string source, string destination, MoveCopyOptions transfer, CancellationToken cancellationToken)
    {
        using var message = Message(RequestMethod.Put, destination, "mode=legacy");
        var headers = message.Request.Headers;
        var from = $"/{fileSystem}/{Escaped(source)}";
        headers.Add("x-ms-rename-source", signature.Length == 0 ? from : $"{from}?{signature}");
        if (!transfer.Overwrite)
            headers.Add("If-None-Match", "*");
        if (transfer.DestinationIfMatch is { } replaced)
            headers.Add("If-Match", Quoted(replaced));
        if (transfer.IfMatch is { } etag)
            headers.Add("x-ms-source-if-match", Quoted(etag));
        await SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Creates a folder and its ancestors; an existing folder is not changed.</summary>
    internal async ValueTask CreateFolderAsync(string folder, CancellationToken cancellationToken)
    {
        using var message = Message(RequestMethod.Put, folder, "resource=directory");
        message.Request.Headers.Add("If-None-Match", "*");
        try
        {
            await SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (AzureErrors.CodeOf(e) == "PathAlreadyExists")
        {
            // Another client created it. If it is a file, the operation that needs the folder fails and reports it.
        }
    }

    /// <summary>The service deletes a large tree in several steps and returns where to continue.</summary>
    internal async ValueTask DeleteTreeAsync(string folder, CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            using var message = Message(
                RequestMethod.Delete,
                folder,
                next is null ? "recursive=true" : $"recursive=true&continuation={Uri.EscapeDataString(next)}"
            );
            await SendAsync(message, cancellationToken).ConfigureAwait(false);
            var token = message.Response.Headers.TryGetValue(Continuation, out var value) && value.Length > 0 ? value : null;
            next = token is null || token != next ? token : throw new MalformedResponseException("its deletion does not advance");
        } while (next is not null);
    }

    private static string Quoted(string etag) => etag == WriteOptions.Any ? etag : $"\"{etag}\"";

    private static string Escaped(string key) => string.Join('/', key.Split('/').Select(Uri.EscapeDataString));

    private HttpMessage Message(RequestMethod method, string key, string arguments)
    {
        var message = pipeline.CreateMessage();
        var more = query.Length == 0 ? "" : "&" + query;
        message.Request.Method = method;
        message.Request.Uri.Reset(new Uri($"{service}/{fileSystem}/{Escaped(key)}?{arguments}{more}"));
        message.Request.Headers.Add("x-ms-version", Version);
        return message;
    }

    private async ValueTask SendAsync(HttpMessage message, CancellationToken cancellationToken)
    {
        await AzureCall.Timed(SentAsync(message, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (message.Response.IsError)
            throw new RequestFailedException(message.Response);
    }

    private async Task<bool> SentAsync(HttpMessage message, CancellationToken cancellationToken)
    {
        await pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return message.HasResponse;
    }
}
