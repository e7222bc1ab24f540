using Amazon.Runtime;

namespace RemoteStore;

/// <summary>Which bucket an <see cref="AsyncS3Backend"/> uses, and how it talks to the service.</summary>
public sealed class S3BackendOptions
{
    /// <summary>The smallest <see cref="PartSize"/>, and what S3 itself demands: 5 MiB.</summary>
    public const int MinPartSize = 5 * 1024 * 1024;

    /// <summary>The largest <see cref="PartSize"/>: 1 GiB.</summary>
    public const int MaxPartSize = 1024 * 1024 * 1024;

    /// <summary>The name in errors and metrics; default <c>s3</c>.</summary>
    public string Name { get; set; } = "s3";

    /// <summary>The bucket; it must exist. Required.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>A folder in the bucket that is the backend's root, for example <c>tenants/a</c>; default empty, the whole bucket.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>The address of a service other than Amazon's, for example <c>https://minio.example:9000</c>; default null, Amazon S3.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The region, also the one requests are signed for; default <c>us-east-1</c>.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>
    /// Whether the bucket stands in the path (<c>host/bucket/key</c>) and not in the host name (<c>bucket.host/key</c>); default null: yes where
    /// an <see cref="Endpoint"/> is given.
    /// </summary>
    public bool? PathStyle { get; set; }

    /// <summary>The access key id; with <see cref="SecretKey"/>. Default null: the SDK's chain (environment, profile, container, instance).</summary>
    public Secret? AccessKey { get; set; }

    /// <summary>The secret key that belongs to <see cref="AccessKey"/>.</summary>
    public Secret? SecretKey { get; set; }

    /// <summary>The session token of temporary keys; default null.</summary>
    public Secret? SessionToken { get; set; }

    /// <summary>Credentials made in code, for example of an assumed role; they outrank the keys. Default null. Not settable by configuration.</summary>
    public AWSCredentials? Credentials { get; init; }

    /// <summary>
    /// The bytes of a part of a multipart upload, 5 MiB to 1 GiB; default 8 MiB. Smaller bodies cost one request. An upload has at most 10,000
    /// parts, so this also bounds the size of content whose length is not known before: 78 GiB by default.
    /// </summary>
    public int PartSize { get; set; } = 8 * 1024 * 1024;

    /// <summary>The parts of one upload under way at once, 1 to 64; default 4. An upload holds at most this many parts plus one in memory.</summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>
    /// How often a request that failed for a passing reason is made again, 0 to 10; default 2. The only layer of retries: set 0 where the
    /// backend is wrapped in a retrying one.
    /// </summary>
    public int Retries { get; set; } = 2;

    /// <summary>
    /// How long one request may take until its answer begins, with a second more for each 128 KiB that it sends, and the longest silence in the content of an
    /// object; 1 s to 1 h, default 100 s.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>Whether every upload carries the MD5 of its bytes, for the service to verify; default false. Costs the time of the hash.</summary>
    public bool SendMd5 { get; set; }

    /// <summary>
    /// Whether the SDK's own checksums (CRC) go with every upload and are verified on downloads; default false, because many services other
    /// than Amazon's refuse them.
    /// </summary>
    public bool SdkChecksums { get; set; }

    /// <summary>What is believed of the service's conditions; default <see cref="S3Conditions.Probe"/>.</summary>
    public S3Conditions Conditions { get; set; }

    /// <summary>What is wrong: the property, and a sentence without any value of it. Nothing when all is right.</summary>
    public IEnumerable<(string Property, string Fault)> Check()
    {
        if (string.IsNullOrWhiteSpace(Bucket) || Bucket.Length is < 3 or > 63 || Bucket.Contains('/', StringComparison.Ordinal))
            yield return (nameof(Bucket), "The name of a bucket is needed, 3 to 63 characters.");
        if (!string.IsNullOrEmpty(Prefix) && !RemotePath.TryParse(Prefix, out _))
            yield return (nameof(Prefix), "The prefix is a path like folder/sub-folder.");
        if (Endpoint is { } endpoint && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https") || endpoint.UserInfo.Length > 0))
            yield return (nameof(Endpoint), "The endpoint is an absolute http or https address without user name and password.");
        if (string.IsNullOrWhiteSpace(Region))
            yield return (nameof(Region), "A region is needed, also where the service ignores it.");
        if (AccessKey is null != SecretKey is null)
            yield return (AccessKey is null ? nameof(AccessKey) : nameof(SecretKey), "AccessKey and SecretKey go together.");
        if (SessionToken is not null && SecretKey is null)
            yield return (nameof(SessionToken), "A session token needs AccessKey and SecretKey.");
        foreach (var fault in CheckRanges())
            yield return fault;
    }

    /// <summary>Throws when something is wrong.</summary>
    /// <exception cref="ArgumentException">The message names the property.</exception>
    public void Validate()
    {
        foreach (var (property, fault) in Check())
            throw new ArgumentException($"{property}: {fault}");
    }

    private IEnumerable<(string Property, string Fault)> CheckRanges()
    {
        if (string.IsNullOrWhiteSpace(Name))
            yield return (nameof(Name), "The name is not blank.");
        if (PartSize is < MinPartSize or > MaxPartSize)
            yield return (nameof(PartSize), "A part has 5 MiB to 1 GiB.");
        if (Concurrency is < 1 or > 64)
            yield return (nameof(Concurrency), "1 to 64 parts are under way at once.");
        if (Retries is < 0 or > 10)
            yield return (nameof(Retries), "0 to 10 retries.");
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromHours(1))
            yield return (nameof(Timeout), "The timeout is 1 second to 1 hour.");
        if (!Enum.IsDefined(Conditions))
            yield return (nameof(Conditions), "One of Probe, Trusted, Unsupported.");
    }
}
