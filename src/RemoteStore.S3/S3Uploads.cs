using Amazon.S3.Model;

namespace RemoteStore.S3;

/// <summary>
/// When an upload waits for the service's word before it sends its body. The SDK always waits: for a small body that costs a round trip, and
/// after a refusal some services (Ceph) and the client disagree on whether the body still comes, so that the next request on the connection is
/// garbled. For a large one it saves the body of a refused request.
/// </summary>
internal static class S3Uploads
{
    private const long Small = 64 * 1024;

    internal static bool Waits(Stream? body) => body is not { CanSeek: true } || body.Length > Small;
}

/// <summary>A PUT that waits only where that pays.</summary>
internal sealed class S3PutRequest : PutObjectRequest
{
    /// <inheritdoc/>
    protected override bool Expect100Continue => S3Uploads.Waits(InputStream);
}

/// <summary>A part that waits only where that pays.</summary>
internal sealed class S3PartRequest : UploadPartRequest
{
    /// <inheritdoc/>
    protected override bool Expect100Continue => S3Uploads.Waits(InputStream);
}
