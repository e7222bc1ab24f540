using Amazon.Runtime;

namespace RemoteStore;

/// <summary>The bucket of an <see cref="AsyncS3Backend"/>, and the settings of its requests.</summary>
public sealed class S3BackendOptions
{
    /// <summary>The smallest <see cref="PartSize"/>, which is the minimum of S3 itself: 5 MiB.</summary>
    public const int MinPartSize = 5 * 1024 * 1024;

    /// <summary>The largest <see cref="PartSize"/>: 1 GiB.</summary>
    public const int MaxPartSize = 1024 * 1024 * 1024;

    /// <summary>The name in errors and metrics; default <c>s3</c>.</summary>
    public string Name { get; set; } = "s3";

    /// <summary>The bucket; it must exist. Required.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>
    /// A folder in the bucket that is the backend's root, for example <c>tenants/a</c>; default empty for the whole bucket.
    /// </summary>
    public string Prefix { get; set; } = "";

    /// <summary>
    /// The address of a service other than Amazon's, for example <c>https://minio.example:9000</c>; default null for Amazon S3.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The region, also used to sign requests; default <c>us-east-1</c>.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>
    /// Whether the bucket is part of the path (<c>host/bucket/key</c>) instead of the host name
    /// (<c>bucket.host/key</c>); default null: true if an <see cref="Endpoint"/> is set.
    /// </summary>
    public bool? PathStyle { get; set; }

    /// <summary>
    /// The access key id; requires <see cref="SecretKey"/>. Default null for the SDK's chain (environment, profile, container, instance).
    /// </summary>
    public Secret? AccessKey { get; set; }

    /// <summary>The secret key of <see cref="AccessKey"/>.</summary>
    public Secret? SecretKey { get; set; }

    /// <summary>The session token of temporary keys; default null.</summary>
    public Secret? SessionToken { get; set; }

    /// <summary>
    /// Credentials created in code, for example of an assumed role; they take precedence over the keys. Default null.
    /// Not settable by configuration.
    /// </summary>
    public AWSCredentials? Credentials { get; init; }

    /// <summary>
    /// The size of a part of a multipart upload, in bytes, 5 MiB to 1 GiB; default 8 MiB. Smaller content takes one
    /// request. An upload has at most 10,000 parts, so this also limits content of unknown length: 78 GiB by default.
    /// </summary>
    public int PartSize { get; set; } = 8 * 1024 * 1024;

    /// <summary>
    /// The parts of one upload in flight at once, 1 to 64; default 4. An upload holds at most this many parts plus one in memory.
    /// </summary>
    public int MaxConcurrency { get; set; } = 4;

    /// <summary>
    /// How often a request that failed with a transient error is retried, 0 to 10; default 2. Set 0 where a resilience
    /// layer retries, so that retries do not multiply.
    /// </summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>
    /// The timeout of one request until its response begins, plus one second for each 128 KiB that it sends; also the
    /// longest time without data while an object is read. 1 s to 1 h, default 100 s.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// Whether uploads include the MD5 of their bytes, which the service verifies; default false. Costs the time of the
    /// hash. A copy that passes through this process is streamed and has none.
    /// </summary>
    public bool SendMd5 { get; set; }

    /// <summary>
    /// Whether the SDK's own checksums (CRC) are sent with every upload and verified on downloads; default false,
    /// because many services other than Amazon's refuse them.
    /// </summary>
    public bool SdkChecksums { get; set; }

    /// <summary>How the supported conditions are determined; default <see cref="S3ConditionSupport.Probe"/>.</summary>
    public S3ConditionSupport Conditions { get; set; }

    /// <summary>The faults: each property, and what it must be, without its value. Empty when the options are valid.</summary>
    public IEnumerable<(string Property, string Fault)> Check()
    {
        if (!IsBucketName(Bucket))
            yield return (
                nameof(Bucket),
                "must be a bucket name: 3 to 63 letters, digits, '.', '-' or '_'; the first and the last a letter or digit; no '..'."
            );
        if (!string.IsNullOrEmpty(Prefix) && !RemotePath.TryParse(Prefix, out _))
            yield return (nameof(Prefix), "must be a path like folder/sub-folder.");
        if (
            Endpoint is { } endpoint
            && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https") || endpoint.UserInfo.Length > 0)
        )
            yield return (nameof(Endpoint), "must be an absolute http or https address without user name and password.");
        if (!IsToken(Region))
            yield return (nameof(Region), "must be a region: letters, digits, '.', '-' or '_'; required even if the service ignores it.");
        foreach (var fault in CheckCredentials().Concat(CheckRanges()))
            yield return fault;
    }

    /// <summary>Throws when the options are not valid.</summary>
    /// <exception cref="ArgumentException">The message names the property.</exception>
    public void Validate()
    {
        foreach (var (property, fault) in Check())
            throw new ArgumentException($"{property}: {fault}");
    }

    // The key id and the session token are sent in headers, which allow only visible ASCII characters.
    private IEnumerable<(string Property, string Fault)> CheckCredentials()
    {
        if (AccessKey is null != SecretKey is null)
            yield return (AccessKey is null ? nameof(AccessKey) : nameof(SecretKey), "must be set: AccessKey and SecretKey go together.");
        if (SessionToken is not null && SecretKey is null)
            yield return (nameof(SessionToken), "must not be set without AccessKey and SecretKey.");
        if (AccessKey is { } id && !IsVisible(id.Reveal(), "/,="))
            yield return (nameof(AccessKey), "must be visible ASCII characters without '/', ',' and '='.");
        if (SecretKey is { IsEmpty: true })
            yield return (nameof(SecretKey), "must not be empty.");
        if (SessionToken is { } token && !IsVisible(token.Reveal(), ""))
            yield return (nameof(SessionToken), "must be visible ASCII characters.");
    }

    private IEnumerable<(string Property, string Fault)> CheckRanges()
    {
        if (string.IsNullOrWhiteSpace(Name))
            yield return (nameof(Name), "must not be empty.");
        if (PartSize is < MinPartSize or > MaxPartSize)
            yield return (nameof(PartSize), "must be between 5 MiB and 1 GiB.");
        if (MaxConcurrency is < 1 or > 64)
            yield return (nameof(MaxConcurrency), "must be between 1 and 64.");
        if (MaxRetries is < 0 or > 10)
            yield return (nameof(MaxRetries), "must be between 0 and 10.");
        if (RequestTimeout < TimeSpan.FromSeconds(1) || RequestTimeout > TimeSpan.FromHours(1))
            yield return (nameof(RequestTimeout), "must be between 1 second and 1 hour.");
        if (!Enum.IsDefined(Conditions))
            yield return (nameof(Conditions), "must be Probe, Trusted or Unsupported.");
    }

    // Buckets of us-east-1 created before 2018 may have upper-case letters and '_' (Amazon S3 User Guide, "Bucket naming rules").
    private static bool IsBucketName(string? bucket) =>
        bucket is { Length: >= 3 and <= 63 }
        && IsToken(bucket)
        && char.IsAsciiLetterOrDigit(bucket[0])
        && char.IsAsciiLetterOrDigit(bucket[^1])
        && !bucket.Contains("..", StringComparison.Ordinal);

    private static bool IsToken(string? text) =>
        !string.IsNullOrEmpty(text) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    private static bool IsVisible(string text, string without) =>
        text.Length > 0 && text.All(c => c is > ' ' and <= '~' && !without.Contains(c));
}
