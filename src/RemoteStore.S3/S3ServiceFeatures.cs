namespace RemoteStore.S3;

/// <summary>How a copy can be bound to one version of its source.</summary>
internal enum S3CopySource
{
    /// <summary>Not at all.</summary>
    Ignored,

    /// <summary>By the standard header.</summary>
    Standard,

    /// <summary>By the header that Ceph reads instead, <c>x-amz-copy-if-match</c>.</summary>
    Ceph,
}

/// <summary>Which conditions a service honours. The probe finds out.</summary>
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

    /// <summary>Whether ETags are in quotes in If-Match, as RFC 9110 says; Ceph compares them without.</summary>
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
