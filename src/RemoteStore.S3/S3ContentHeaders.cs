using Amazon.S3.Model;

namespace RemoteStore.S3;

/// <summary>The standard headers that other tools set and that a copy keeps.</summary>
internal sealed record S3ContentHeaders(string? CacheControl, string? Disposition, string? Encoding)
{
    internal static S3ContentHeaders None { get; } = new(null, null, null);

    internal static S3ContentHeaders Of(HeadersCollection headers) =>
        new(headers.CacheControl, headers.ContentDisposition, headers.ContentEncoding);

    internal void Fill(HeadersCollection headers)
    {
        if (CacheControl is not null)
            headers.CacheControl = CacheControl;
        if (Disposition is not null)
            headers.ContentDisposition = Disposition;
        if (Encoding is not null)
            headers.ContentEncoding = Encoding;
    }
}
