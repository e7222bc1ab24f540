using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace RemoteStore.S3.Tests;

public sealed class OptionsTests
{
    public static TheoryData<string, Action<S3BackendOptions>> Faults =>
        new()
        {
            { "Bucket", o => o.Bucket = "" },
            { "Bucket", o => o.Bucket = "a/b" },
            { "Bucket", o => o.Bucket = "a..b" },
            { "Bucket", o => o.Bucket = "-ab" },
            { "Bucket", o => o.Bucket = "a b" },
            { "Prefix", o => o.Prefix = "a/../b" },
            { "Endpoint", o => o.Endpoint = new Uri("ftp://x") },
            { "Endpoint", o => o.Endpoint = new Uri("http://user:password@x") },
            { "Region", o => o.Region = " " },
            { "Region", o => o.Region = "us/east\r\n" },
            { "AccessKey", o => o.AccessKey = "a/b" },
            { "AccessKey", o => o.AccessKey = "a\r\nx-amz-acl: public-read" },
            { "SecretKey", o => o.SecretKey = "" },
            { "SessionToken", o => o.SessionToken = "a\nb" },
            { "SecretKey", o => o.SecretKey = null },
            { "AccessKey", o => o.AccessKey = null },
            { "PartSize", o => o.PartSize = 1024 },
            { "MaxConcurrency", o => o.MaxConcurrency = 0 },
            { "MaxRetries", o => o.MaxRetries = 11 },
            { "RequestTimeout", o => o.RequestTimeout = TimeSpan.Zero },
            { "Conditions", o => o.Conditions = (S3ConditionSupport)9 },
            { "Name", o => o.Name = "" },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Fault_is_named_when_the_backend_is_made(string property, Action<S3BackendOptions> spoil)
    {
        var options = new S3BackendOptions
        {
            Bucket = "bucket",
            AccessKey = "a",
            SecretKey = "hidden",
        };
        spoil(options);
        var error = Assert.Throws<ArgumentException>(() => new AsyncS3Backend(options));
        Assert.StartsWith(property, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configuration_makes_the_backend()
    {
        var section = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["s:Bucket"] = "bucket",
                    ["s:Prefix"] = "a/b",
                    ["s:Endpoint"] = "http://127.0.0.1:1",
                    ["s:AccessKey"] = "a",
                    ["s:SecretKey"] = "b",
                    ["s:PathStyle"] = "true",
                    ["s:PartSize"] = "5242880",
                    ["s:RequestTimeout"] = "00:00:30",
                    ["s:Conditions"] = "Trusted",
                }
            )
            .Build()
            .GetSection("s");
        using var services = new ServiceCollection().AddS3Backend().BuildServiceProvider();
        var factory = services.GetRequiredService<IBackendFactory>();
        Assert.Equal("s3", factory.Type);
        Assert.Empty(factory.Validate(section));
        await using var backend = factory.Create("files", section, services);
        Assert.Equal(("files", "s3://bucket/a/b/f"), (backend.Name, backend.NativePath("f")));
        Assert.Equal("f", backend.ToKey("s3://bucket/a/b/f"));
        section["MaxConcurrency"] = "0";
        Assert.Contains("s:MaxConcurrency", Assert.Single(factory.Validate(section)), StringComparison.Ordinal);
    }
}
