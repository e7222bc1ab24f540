using System.Globalization;
using System.Text;

namespace RemoteStore.S3.Tests;

/// <summary>
/// Keys that other programs have made and no caller can name, and those that sort after everything: a listing continues past them.
/// </summary>
public sealed class ForeignKeyTests
{
    private static readonly string[] Foreign =
    [
        "a\u0001b",
        "a\u0002/c",
        "a\u0001\u0002\u0003",
        "b//c",
        "d/",
        "d/e",
        "d/\u0002",
        "d/\u0003\u0001/f",
        "p/\U0010FFFF",
        "p/\U0010FFFF\U0010FFFFx",
        "p/q/\U0010FFFF",
        "p\U0010FFFF/r",
        "p0",
        "\u0002",
        "\\",
        "..",
        "../x",
        "100%25",
        "+ +",
        "z\u0001",
    ];

    private static readonly string[] Files =
    [
        "+ +",
        "100%25",
        "d/e",
        "p/\U0010FFFF",
        "p/\U0010FFFF\U0010FFFFx",
        "p/q/\U0010FFFF",
        "p0",
        "p\U0010FFFF/r",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ListKinds.Files)]
    [InlineData(ListKinds.All)]
    public async Task Listing_continues_past_any_key(ListKinds kinds)
    {
        var bucket = await CephServer.NewBucketAsync();
        using var client = CephServer.NewClient();
        foreach (var key in Foreign)
            await client.PutObjectAsync(
                new()
                {
                    BucketName = bucket,
                    Key = key,
                    ContentBody = "x",
                    UseChunkEncoding = false,
                },
                Token
            );
        await using var backend = new AsyncS3Backend(CephServer.Options(bucket));
        string[] expected = kinds == ListKinds.Files ? Files : [.. Files.Concat(["b", "d", "p", "p/q", "p\U0010FFFF"])];
        foreach (var size in new[] { 1, 2, 3, 1000 })
            Assert.Equal(
                expected.Order(StringComparer.Ordinal),
                (
                    await PagesAsync(
                        backend,
                        new ListOptions
                        {
                            Recursive = true,
                            Kinds = kinds,
                            PageSize = size,
                        }
                    )
                ).Order(StringComparer.Ordinal)
            );
    }

    /// <summary>A page that another's key ends: the listing continues after that key.</summary>
    [Theory]
    [InlineData("f1\u0001")]
    [InlineData("f1\u0002\u0003")]
    [InlineData("f1\u0002/\u0001")]
    public async Task Page_that_ends_with_a_key_that_nobody_can_name_has_a_next_one(string foreign)
    {
        await using var service = new ListingService(["f2", "f3", foreign, .. Enumerable.Range(0, 10).Select(i => $"f0{i}")]);
        await using var backend = service.Server.NewBackend();
        foreach (var recursive in new[] { true, false })
            Assert.Equal(
                12,
                (
                    await PagesAsync(
                        backend,
                        new ListOptions
                        {
                            Recursive = recursive,
                            Kinds = ListKinds.Files,
                            PageSize = 11,
                        }
                    )
                ).Count
            );
    }

    /// <summary>Amazon reports a folder once more when a listing continues within it; Ceph leaves the folder.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Folder_is_reported_once_whatever_it_holds(bool isCeph)
    {
        await using var service = new ListingService(Foreign);
        var options = service.Server.NewOptions();
        if (isCeph)
        {
            options = CephServer.Options(await CephServer.NewBucketAsync());
            using var client = CephServer.NewClient();
            foreach (var key in Foreign)
                await client.PutObjectAsync(
                    new()
                    {
                        BucketName = options.Bucket,
                        Key = key,
                        ContentBody = "x",
                        UseChunkEncoding = false,
                    },
                    Token
                );
        }

        await using var backend = new AsyncS3Backend(options);
        string[] expected = ["+ +", "100%25", "b", "d", "p", "p0", "p\U0010FFFF"];
        foreach (var size in new[] { 1, 2, 1000 })
            Assert.Equal(expected, (await PagesAsync(backend, new ListOptions { PageSize = size })).Order(StringComparer.Ordinal));
    }

    /// <summary>Characters that no batch can name go one by one; a key that no request can name stops no other.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("t/a\u0001/../b")]
    public async Task Tree_goes_whatever_its_keys_hold(string? stays)
    {
        var bucket = await CephServer.NewBucketAsync();
        using var client = CephServer.NewClient();
        string?[] keys = ["t/\u0001", "t/\uffffx", "t/\ufffe/f", "t/x\ty", "t/x\ny\r", "t/+ +", "t/100%25", "t/../c", "t//", "t/z", stays];
        foreach (var key in keys.OfType<string>().Append("b"))
            await client.PutObjectAsync(
                new()
                {
                    BucketName = bucket,
                    Key = key,
                    ContentBody = "x",
                    UseChunkEncoding = false,
                },
                Token
            );
        await using var backend = new AsyncS3Backend(CephServer.Options(bucket));
        var listed = await backend
            .ListAsync("t", new ListOptions { Recursive = true, Kinds = ListKinds.Files }, Token)
            .Select(e => e.Path)
            .ToListAsync(Token);
        Assert.Equal(["t/+ +", "t/100%25", "t/z", "t/\ufffe/f", "t/\uffffx"], listed.Order(StringComparer.Ordinal));
        Assert.Equal("x", await backend.ReadTextAsync("t/\uffffx", null, Token));
        var error = await Record.ExceptionAsync(async () =>
            await backend.DeleteFolderAsync("t", new DeleteFolderOptions { Recursive = true }, Token)
        );
        Assert.Equal(stays is not null, error is RemoteStoreException);
        var left = await client.ListObjectsV2Async(new() { BucketName = bucket, Encoding = Amazon.S3.EncodingType.Url }, Token);
        Assert.Equal(new[] { "b", stays }.OfType<string>(), left.S3Objects.Select(o => System.Net.WebUtility.UrlDecode(o.Key)));
    }

    private static async Task<List<string>> PagesAsync(AsyncS3Backend backend, ListOptions options)
    {
        var paths = new List<string>();
        string? token = null;
        for (var pages = 0; pages < 100; pages++)
        {
            var page = await backend.ListPageAsync("", options, token, Token);
            paths.AddRange(page.Entries.Select(e => e.Path));
            token = page.ContinuationToken;
            if (token is null)
                return paths;
        }

        throw new InvalidOperationException($"The listing has no end: {token}");
    }

    /// <summary>Lists keys as Amazon does.</summary>
    private sealed class ListingService : IAsyncDisposable
    {
        private readonly string[] _keys;

        internal ListingService(string[] keys)
        {
            _keys = [.. keys.OrderBy(Bytes, StringComparer.Ordinal)];
            Server = new ScriptedServer(AnswerTo);
        }

        internal ScriptedServer Server { get; }

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        private static string Bytes(string key) => Convert.ToHexString(Encoding.UTF8.GetBytes(key));

        private static string Escaped(string key) => string.Concat(key.Select(c => char.IsControl(c) ? $"&#x{(int)c:x};" : $"{c}"));

        private Answer AnswerTo(Arrived r)
        {
            var query = System.Web.HttpUtility.ParseQueryString(r.Query);
            var (prefix, limit) = (query["prefix"] ?? "", int.Parse(query["max-keys"]!, CultureInfo.InvariantCulture));
            var names = _keys
                .Where(k =>
                    k.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(Bytes(k), Bytes(query["start-after"] ?? "")) > 0
                )
                .Select(k =>
                    query["delimiter"] is not null && k.IndexOf('/', prefix.Length) is >= 0 and var slash
                        ? (k[..(slash + 1)], true)
                        : (k, false)
                )
                .Distinct()
                .ToList();
            var page = new StringBuilder($"<ListBucketResult><IsTruncated>{(names.Count > limit ? "true" : "false")}</IsTruncated>");
            foreach (var (name, isPrefix) in names.Take(limit))
                page.Append(
                    isPrefix
                        ? $"<CommonPrefixes><Prefix>{Escaped(name)}</Prefix></CommonPrefixes>"
                        : $"<Contents><Key>{Escaped(name)}</Key><Size>1</Size></Contents>"
                );
            return new(200, page.Append("</ListBucketResult>").ToString());
        }
    }
}
