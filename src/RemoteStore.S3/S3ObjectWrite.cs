using Amazon.S3.Model;

namespace RemoteStore.S3;

/// <summary>The content and metadata of an object to be written.</summary>
/// <param name="ObjectKey">The full key of the object.</param>
/// <param name="Body">The content.</param>
/// <param name="User">The user metadata.</param>
/// <param name="ContentType">The media type.</param>
/// <param name="Copied">Standard headers of the object that is copied.</param>
internal sealed record S3ObjectWrite(string ObjectKey, S3Body Body, UserMetadata? User, string? ContentType, S3ContentHeaders Copied)
{
    /// <summary>For a tombstone: the second after which its delete can no longer arrive.</summary>
    internal long? DeletedUntil { get; init; }

    internal void Fill(PutObjectRequest request, S3History history)
    {
        request.ContentType = S3Head.TypeOrNone(ContentType);
        Copied.Fill(request.Headers);
        S3Metadata.Write(request.Metadata, User, history, DeletedUntil);
    }
}
