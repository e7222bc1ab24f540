using System.Diagnostics;
using Amazon.Runtime;

namespace RemoteStore.S3.Tests;

/// <summary>Every kind of credential is used, and everything that is emitted is searched for it: one hit fails.</summary>
public sealed class SecretTests
{
    private const string Key = "AKIACANARYKEY000";
    private const string SecretKey = "canary-secret-key-2f9c";
    private const string SessionToken = "canary-session-token-71aa";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Kinds =>
        new()
        {
            { "keys", false },
            { "session", true },
            { "credentials", true },
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Nothing_emitted_holds_a_credential(string kind, bool hasToken)
    {
        var emitted = new System.Text.StringBuilder();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a =>
            {
                lock (emitted)
                    emitted.AppendLine(a.DisplayName).AppendJoin('\n', a.TagObjects).AppendJoin('\n', a.Events.SelectMany(e => e.Tags));
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = new ScriptedServer(r =>
            r.Path.EndsWith("/echo", StringComparison.Ordinal) ? Echo(r) : Answer.Error(403, "SignatureDoesNotMatch")
        );
        await using var backend = new AsyncS3Backend(Options(kind, server.Endpoint));
        var store = new AsyncStore(backend);
        foreach (
            var call in new Func<Task>[]
            {
                () => store.ReadBytesAsync("f", null, Token),
                () => store.ReadBytesAsync("echo", null, Token),
                () => store.WriteAsync("f", "x"u8.ToArray(), WriteOptions.Replace, Token),
                () => store.CheckHealthAsync(Token),
                () => store.DeleteAsync("f", new DeleteOptions { IfMatch = "x" }, Token),
            }
        )
            Emit(emitted, (await Assert.ThrowsAnyAsync<RemoteStoreException>(call)).ToString());
        Emit(emitted, backend.ToString(), store.ToString(), backend.Resolve("f").ToString(), backend.NativePath("f"));
        Assert.All(server.Requests, r => Assert.Equal(hasToken ? SessionToken : null, r.Header("x-amz-security-token")));
        Assert.All(server.Requests, r => Assert.Contains(Key, r.Header("Authorization"), StringComparison.Ordinal));

        var text = emitted.ToString();
        Assert.Contains("store.read", text, StringComparison.Ordinal);
        foreach (var secret in new[] { SecretKey, SessionToken, Key })
            Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Default_chain_is_asked_where_no_keys_are_given()
    {
        await using var server = new ScriptedServer(_ => Answer.Ok);
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "AKIAFROMENVIRONM");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "x");
        try
        {
            await using var backend = new AsyncS3Backend(new S3BackendOptions { Bucket = "bucket", Endpoint = server.Endpoint });
            await backend.GetFileInfoAsync("f", Token);
        }
        finally
        {
            Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", null);
            Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", null);
        }

        Assert.Contains("AKIAFROMENVIRONM", Assert.Single(server.Requests).Header("Authorization"), StringComparison.Ordinal);
    }

    private static S3BackendOptions Options(string kind, Uri endpoint) =>
        new()
        {
            Bucket = "bucket",
            Endpoint = endpoint,
            MaxRetries = 0,
            Conditions = S3ConditionSupport.Trusted,
            AccessKey = kind == "credentials" ? null : Key,
            SecretKey = kind == "credentials" ? null : SecretKey,
            SessionToken = kind == "session" ? SessionToken : null,
            Credentials = kind == "credentials" ? new SessionAWSCredentials(Key, SecretKey, SessionToken) : null,
        };

    /// <summary>A service that sends back in its error what it was sent, as Amazon does with the key of a wrong signature.</summary>
    private static Answer Echo(Arrived request) =>
        new(
            403,
            $"<Error><Code>InvalidAccessKeyId</Code><AWSAccessKeyId>{Key}</AWSAccessKeyId><Message>{string.Join(' ', request.Headers.Select(h => $"{h.Key}={h.Value}"))}</Message></Error>"
        );

    private static void Emit(System.Text.StringBuilder emitted, params string[] texts)
    {
        lock (emitted)
            emitted.AppendJoin('\n', texts);
    }
}
