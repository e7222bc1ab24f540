using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

/// <summary>The driver operations over a bucket. Objects are files; folders are prefixes of keys.</summary>
internal sealed partial class S3Driver : StorageDriver, IDisposable
{
    /// <summary>The header by which Ceph binds a copy to a version of its source.</summary>
    internal const string CephCopyIfMatch = "x-amz-copy-if-match";

    /// <summary>The largest object that one PUT or one copy can create: 5 GiB.</summary>
    internal const long MaxSinglePut = 5L * 1024 * 1024 * 1024;

    private const string StagedFolder = ".~rs.staged/";
    private const string ProbeFolder = ".~rs.probe/";
    private readonly S3HttpClients _http;
    private readonly S3BackendOptions _options;
    private readonly TimeProvider _clock;
    private readonly S3Probe _probe;
    private readonly string _prefix;
    private readonly Capability _offered;

    internal S3Driver(S3BackendOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _http = new S3HttpClients(options.RequestTimeout);
        _prefix = string.IsNullOrEmpty(options.Prefix) ? "" : RemotePath.Parse(options.Prefix) + "/";
        _moves = new S3MoveJournal(this, _prefix);
        _probe = new S3Probe(this, options.Conditions);
        _offered = CapabilitySet.All.Without(Capability.AtomicMove | Capability.SeekableRead | Capability.ResumeStaging).Flags;
        Client = NewClient(options, _http, options.MaxRetries);
        Once = options.MaxRetries == 0 ? Client : NewClient(options, _http, 0);
        Client.AfterResponseEvent += Observe;
    }

    public override string Kind => "s3";

    public override string Name => _options.Name;

    public override bool IsFlat => true;

    public override bool NamesTravelInXml => true;

    public override bool CloseIsTerminal => true;

    public override bool DecidesConditions => true;

    public override CapabilitySet Capabilities =>
        _probe.Known is { Put: false }
            ? new CapabilitySet(_offered).Without(Capability.CreateOnly | Capability.Conditional)
            : new CapabilitySet(_offered);

    /// <summary>Retries requests that failed with a transient error, up to MaxRetries.</summary>
    internal AmazonS3Client Client { get; }

    /// <summary>Sends each request once: for requests whose lost response matters, which the driver retries itself.</summary>
    internal AmazonS3Client Once { get; }

    internal S3ServiceFeatures? Traits => _probe.Known;

    internal string Bucket => _options.Bucket;

    internal S3BackendOptions Options => _options;

    public override RemoteStoreException? Classify(Exception exception, DriverOperation operation, string key) =>
        S3Errors.Classify(exception, operation);

    public override string NativePath(string key) => $"s3://{Bucket}/{(key.Length == 0 ? _prefix.TrimEnd('/') : _prefix + key)}";

    public override string ToKey(string nativePath)
    {
        var root = $"s3://{Bucket}/{_prefix}";
        if (nativePath.StartsWith(root, StringComparison.Ordinal))
            return nativePath[root.Length..];
        return nativePath == NativePath("") ? "" : nativePath;
    }

    public override T? Unwrap<T>()
        where T : class => Client as T ?? base.Unwrap<T>();

    public override async ValueTask ProbeAsync(CancellationToken cancellationToken)
    {
        await Call(
                Client.HeadBucketAsync(new Amazon.S3.Model.HeadBucketRequest { BucketName = Bucket }, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        try
        {
            await _probe.TraitsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonServiceException e) when (S3Errors.Classify(e, DriverOperation.Probe) is PermissionDeniedException)
        {
            // For a reader without write permission the bucket is healthy; the conditions remain unknown, and the first
            // conditional write probes again.
        }
    }

    public override ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return default;
    }

    public void Dispose()
    {
        Client.Dispose();
        Once.Dispose();
        _sender?.Dispose();
        _probe.Dispose();
        _http.Dispose();
    }

    internal static string Unquoted(string etag) => etag.Trim('"');

    internal string ObjectKey(string key) => _prefix + key;

    internal string ProbeKey() => $"{_prefix}{ProbeFolder}{Guid.NewGuid():N}";

    internal string StagedKey(string id) => $"{_prefix}{StagedFolder}{id}";

    /// <summary>Distinguishes a timeout from a cancellation: the SDK throws the same exception for both.</summary>
    internal static async Task<T> Call<T>(Task<T> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The service did not answer in time.", e);
        }
        catch (Exception e) when (S3Errors.IsUnreadable(e))
        {
            throw new MalformedResponseException("it could not be read", e);
        }
    }

    private static AmazonS3Client NewClient(S3BackendOptions options, S3HttpClients http, int retries)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.PathStyle ?? options.Endpoint is not null,
            HttpClientFactory = http,
            MaxErrorRetry = retries,
            MaxStaleConnectionRetries = retries,
            RetryMode = RequestRetryMode.Standard,
            Timeout = options.RequestTimeout,
            RequestChecksumCalculation = options.SdkChecksums
                ? RequestChecksumCalculation.WHEN_SUPPORTED
                : RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = options.SdkChecksums
                ? ResponseChecksumValidation.WHEN_SUPPORTED
                : ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = options.Region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        return CredentialsOf(options) is { } credentials ? new AmazonS3Client(credentials, config) : new AmazonS3Client(config);
    }

    private static AWSCredentials? CredentialsOf(S3BackendOptions options) =>
        options switch
        {
            { Credentials: { } given } => given,
            { AccessKey: { } key, SecretKey: { } secret, SessionToken: { } token } => new SessionAWSCredentials(
                key.Reveal(),
                secret.Reveal(),
                token.Reveal()
            ),
            { AccessKey: { } key, SecretKey: { } secret } => new BasicAWSCredentials(key.Reveal(), secret.Reveal()),
            _ => null,
        };
}
