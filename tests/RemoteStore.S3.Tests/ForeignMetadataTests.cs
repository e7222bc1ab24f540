namespace RemoteStore.S3.Tests;

/// <summary>
/// Metadata that other programs have written, or that was damaged: what cannot be determined is left out, and the file stays readable.
/// </summary>
public sealed class ForeignMetadataTests
{
    private static readonly string Long = new('x', 100);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Headers =>
        new()
        {
            { "rs-names: Color,color,COLOR | color: red", "color=red", "a name reported twice" },
            { "rs-names: A_B,A-B,Fine | a-b: 1 | fine: 2", "Fine=2 a-b=1", "two names of one header" },
            { "rs-names: ,,,", "", "no names" },
            { "rs-names: _x,b!e | _x: 1 | good: 2", "good=2", "names that are no keys" },
            { $"bad!: 1 | good: {Long} | other: {Long}", $"good={Long} other={Long}", "one bad pair" },
            { "bad: =?UTF-8?B?AQ==?= | good: 2", "good=2", "a control character" },
            { "odd: =?UTF-8?B?####?= | good: 2", "good=2 odd==?UTF-8?B?####?=", "no base64" },
            {
                $"a: {new string('x', 1500)} | b: {new string('y', 1500)} | c: {Long}",
                $"a={new string('x', 1500)} c={Long}",
                "more than fits"
            },
            { "a_b: 1 | a-b: 2 | rs_op: 3", "a-b=2", "headers that would be one" },
            { "rs-op: ,, | rs-deleted: never | good: 2", "good=2", "the library's own entries" },
        };

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Only_the_pairs_that_cannot_be_reported_are_left_out(string headers, string expected, string what)
    {
        var pairs = headers.Split(" | ").Select(h => h.Split(": ", 2)).Select(h => ($"x-amz-meta-{h[0]}", h[1]));
        var found = ServiceTests.Found("");
        await using var server = new ScriptedServer(r =>
            r.Is("PUT") ? Copied : found with { Headers = [.. found.Headers.Where(h => h.Name != "x-amz-meta-rs-op"), .. pairs] }
        );
        await using var backend = server.NewBackend();
        var info = await backend.GetFileInfoAsync("f", Token);
        await backend.CopyAsync("f", "g", MoveCopyOptions.Replace, Token);
        Assert.True(expected == Text(info.Metadata), $"{what}: {Text(info.Metadata)}");
    }

    [Fact]
    public async Task Key_that_looks_like_a_header_keeps_its_name()
    {
        await using var backend = new AsyncS3Backend(CephServer.Options(await CephServer.NewBucketAsync()));
        var metadata = new Dictionary<string, string>
        {
            ["x-amz-meta-y"] = "1",
            ["y"] = "2",
            ["X-Amz-Meta-z"] = "3",
            ["x-amz-meta-"] = "4",
        };
        await backend.WriteAsync("f", "x"u8.ToArray(), WriteOptions.Replace with { Metadata = metadata }, Token);
        Assert.Equal(UserMetadata.From(metadata), (await backend.GetFileInfoAsync("f", Token)).Metadata);
    }

    private static Answer Copied => new(200, "<CopyObjectResult><ETag>\"0123456789abcdef0123456789abcdef\"</ETag></CopyObjectResult>");

    private static string Text(UserMetadata? metadata) =>
        string.Join(
            ' ',
            (metadata ?? Enumerable.Empty<KeyValuePair<string, string>>())
                .OrderBy(p => p.Key, StringComparer.Ordinal)
                .Select(p => $"{p.Key}={p.Value}")
        );
}
