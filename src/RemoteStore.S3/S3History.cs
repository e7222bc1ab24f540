using System.Buffers.Text;
using System.Security.Cryptography;

namespace RemoteStore.S3;

/// <summary>
/// The writes that led to an object, newest first, each with an id created by its writer. It makes versions of equal content
/// differ. After a lost response it shows a writer whether its write was applied, even if others have replaced the object since.
/// </summary>
internal readonly record struct S3History(string Ids)
{
    private const int IdBytes = 9;
    private const int MaxLength = 16 * 13;

    // Not a character of ids. Older builds treat it as the id of one more write.
    private const string Beginning = ",*";

    /// <summary>The id of the write that created this version; null when another tool created it.</summary>
    internal string? Own => string.IsNullOrEmpty(Ids) ? null : Ids.Split(',', 2)[0];

    /// <summary>
    /// Whether these are all writes since the object did not exist: none is missing because the history was truncated,
    /// or because a tool or a write does not record others.
    /// </summary>
    internal bool IsWhole => Ids is not null && Ids.EndsWith(Beginning, StringComparison.Ordinal);

    /// <summary>For a write that only creates.</summary>
    internal S3History AtBeginning => new(Ids + Beginning);

    internal static S3History New() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes)));

    /// <summary>For the write of an operation, which can then be recognised; for a new write when there is none.</summary>
    internal static S3History Of(Guid? operation) =>
        operation is { } id ? new(Base64Url.EncodeToString(id.ToByteArray().AsSpan(0, IdBytes))) : New();

    /// <summary>The history of a version that replaces the given one.</summary>
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
    /// The ETag for callers: that of the service, which is the same for equal bytes, combined with the id of the write, which is unique.
    /// </summary>
    internal string VersionOf(string etag) =>
        Own is { Length: > 0 } own && $"{etag}.{own}" is var version && ETags.IsValid(version) ? version : etag;

    /// <summary>The id in a caller's ETag; null when it contains none.</summary>
    internal static string? IdIn(string version) => version.LastIndexOf('.') is > 0 and var dot ? version[(dot + 1)..] : null;
}
