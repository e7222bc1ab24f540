using System.Buffers.Text;
using System.Security.Cryptography;

namespace RemoteStore.S3;

/// <summary>
/// The writes behind an object, newest first, each by the id its writer drew. It makes versions of equal content differ, and reports a
/// writer whose answer was lost whether its write happened: also when others have replaced the object since.
/// </summary>
internal readonly record struct S3History(string Ids)
{
    private const int IdBytes = 9;
    private const int MaxLength = 16 * 13;

    // No character of an id. Builds that do not know it take it for the id of one more write.
    private const string Beginning = ",*";

    /// <summary>The id of the write that made this version; null when somebody else's tool made it.</summary>
    internal string? Own => string.IsNullOrEmpty(Ids) ? null : Ids.Split(',', 2)[0];

    /// <summary>
    /// Whether these are all the writes since nothing was there: none is missing because it was interrupted, or by a tool or a write that
    /// records no others.
    /// </summary>
    internal bool IsWhole => Ids is not null && Ids.EndsWith(Beginning, StringComparison.Ordinal);

    /// <summary>Of a write that is made only where nothing is.</summary>
    internal S3History AtBeginning => new(Ids + Beginning);

    internal static S3History New() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes)));

    /// <summary>Of the write that belongs to an operation, which can thus be recognised; of a new one when there is none.</summary>
    internal static S3History Of(Guid? operation) =>
        operation is { } id ? new(Base64Url.EncodeToString(id.ToByteArray().AsSpan(0, IdBytes))) : New();

    /// <summary>The history of a version that replaces this one's.</summary>
    internal S3History After(S3History older)
    {
        if (string.IsNullOrEmpty(older.Ids))
            return this;
        var ids = $"{Ids},{older.Ids}";
        return new S3History(ids.Length <= MaxLength ? ids : ids[..ids.LastIndexOf(',', MaxLength)]);
    }

    internal bool Contains(string? id) =>
        id is not null && !string.IsNullOrEmpty(Ids) && Ids.Split(',').Contains(id, StringComparer.Ordinal);

    /// <summary>
    /// The ETag that callers see: the service's, which is the same for equal bytes, and the id of the write, which is not.
    /// </summary>
    internal string VersionOf(string etag) =>
        Own is { Length: > 0 } own && $"{etag}.{own}" is var version && ETags.IsValid(version) ? version : etag;

    /// <summary>The id in a caller's ETag; null when it has none.</summary>
    internal static string? IdIn(string version) => version.LastIndexOf('.') is > 0 and var dot ? version[(dot + 1)..] : null;
}
