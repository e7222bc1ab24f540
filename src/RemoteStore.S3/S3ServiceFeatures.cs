namespace RemoteStore.S3;

/// <summary>How a copy can be bound to one version of its source.</summary>
internal enum S3CopySource
{
    /// <summary>Not supported.</summary>
    Ignored,

    /// <summary>By the standard header.</summary>
    Standard,

    /// <summary>By Ceph's own header, <c>x-amz-copy-if-match</c>.</summary>
    Ceph,
}

/// <summary>The conditions that a service supports, as detected by the probe.</summary>
internal sealed record S3ServiceFeatures
{
    internal static S3ServiceFeatures All { get; } =
        new()
        {
            Put = true,
            QuotedETags = true,
            Complete = true,
            CopySource = S3CopySource.Standard,
            CopyTarget = true,
            Delete = true,
        };

    internal static S3ServiceFeatures None { get; } = new();

    /// <summary>If-None-Match and If-Match of a PUT: without these there is no fence.</summary>
    internal bool Put { get; init; }

    /// <summary>Whether ETags are quoted in If-Match, as required by RFC 9110; Ceph compares them without quotes.</summary>
    internal bool QuotedETags { get; init; }

    /// <summary>Conditions of CompleteMultipartUpload.</summary>
    internal bool Complete { get; init; }

    /// <summary>The version of a copy's source.</summary>
    internal S3CopySource CopySource { get; init; }

    /// <summary>If-None-Match of a copy's target.</summary>
    internal bool CopyTarget { get; init; }

    /// <summary>If-Match of a DELETE.</summary>
    internal bool Delete { get; init; }

    internal string IfMatch(string etag) => QuotedETags ? $"\"{etag}\"" : etag;
}
