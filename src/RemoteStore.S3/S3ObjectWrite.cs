using Amazon.S3.Model;

namespace RemoteStore.S3;

/// <summary>What an object is to become.</summary>
/// <param name="ObjectKey">The object's full key.</param>
/// <param name="Body">Its bytes.</param>
/// <param name="User">The user's pairs.</param>
/// <param name="ContentType">The media type.</param>
/// <param name="Copied">Standard headers of the object it is a copy of.</param>
internal sealed record S3ObjectWrite(string ObjectKey, S3Body Body, UserMetadata? User, string? ContentType, S3ContentHeaders Copied)
{
    /// <summary>Of a mark of a deletion: the second after which no delete can come any longer.</summary>
    internal long? DeletedUntil { get; init; }

    internal void Fill(PutObjectRequest request, S3History history)
    {
        request.ContentType = S3Head.TypeOrNone(ContentType);
        Copied.Fill(request.Headers);
        S3Metadata.Write(request.Metadata, User, history, DeletedUntil);
    }
}
