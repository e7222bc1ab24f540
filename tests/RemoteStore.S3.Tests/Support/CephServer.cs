using System.Diagnostics;
using Amazon.Runtime;
using Amazon.S3;
using RemoteStore.S3.Tests;

[assembly: AssemblyFixture(typeof(CephServer))]

namespace RemoteStore.S3.Tests;

/// <summary>
/// A Ceph RADOS Gateway for the whole test run: installed by scripts/servers/ceph, started on free ports of loopback, and ended when the
/// process that started it closes its input. Tests skip with the reason where it cannot run, and fail where CI is true.
/// </summary>
public sealed class CephServer : IAsyncLifetime
{
    internal const string AccessKey = "AKIATESTSOFREMOTE";
    internal const string SecretKey = "secret/of+the=tests0123456789";
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static CephServer? _current;
    private static int _buckets;
    private readonly string _folder = Path.Combine(Repository.Root, "artifacts", "ceph", Guid.NewGuid().ToString("N")[..8]);
    private Process? _process;
    private string? _fault;

    internal static Uri Endpoint { get; private set; } = new("http://127.0.0.1:1");

    /// <summary>The server, or the end of the test.</summary>
    internal static void Require()
    {
        if (_current?._fault is not { } fault)
            return;
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(fault);
        Assert.Skip(fault);
    }

    public async ValueTask InitializeAsync()
    {
        _current = this;
        try
        {
            await StartAsync();
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException or System.ComponentModel.Win32Exception or IOException)
        {
            _fault = $"No Ceph RADOS Gateway: {e.Message}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close();
            using var limit = new CancellationTokenSource(StartLimit);
            await process.WaitForExitAsync(limit.Token);
            process.Dispose();
        }

        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    internal static async Task<string> NewBucketAsync()
    {
        Require();
        var bucket = $"tests-{Interlocked.Increment(ref _buckets)}";
        using var client = NewClient();
        await client.PutBucketAsync(bucket);
        return bucket;
    }

    internal static S3BackendOptions Options(string bucket) =>
        new()
        {
            Bucket = bucket,
            Endpoint = Endpoint,
            AccessKey = AccessKey,
            SecretKey = SecretKey,
            MaxRetries = 5,
        };

    internal static AmazonS3Client NewClient() =>
        new(
            new BasicAWSCredentials(AccessKey, SecretKey),
            new AmazonS3Config
            {
                ServiceURL = Endpoint.AbsoluteUri,
                ForcePathStyle = true,
                AuthenticationRegion = "us-east-1",
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            }
        );

    private async Task StartAsync()
    {
        var script = Path.Combine(Repository.Root, "scripts", "servers", "ceph");
        using (var install = Start(script, "install"))
        {
            var errors = install.StandardError.ReadToEndAsync();
            await Within(install.WaitForExitAsync(), InstallLimit, "the installation took too long");
            if (install.ExitCode != 0)
                throw new InvalidOperationException((await errors).Trim());
        }

        var port = FreePorts.Next();
        Endpoint = new Uri($"http://127.0.0.1:{port}");
        _process = Start(script, "run", _folder, port.ToString(System.Globalization.CultureInfo.InvariantCulture), AccessKey, SecretKey);
        var failure = _process.StandardError.ReadToEndAsync();
        var ready = await Within(_process.StandardOutput.ReadLineAsync(), StartLimit, "the start took too long");
        if (ready != "ready")
            throw new InvalidOperationException((await failure).Trim());
    }

    private static async Task<T> Within<T>(Task<T> task, TimeSpan limit, string fault)
    {
        await Within((Task)task, limit, fault);
        return await task;
    }

    private static async Task Within(Task task, TimeSpan limit, string fault)
    {
        try
        {
            await task.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(fault);
        }
    }

    private static Process Start(string script, params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(script, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
}
