using System.Globalization;

namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    private static readonly Dictionary<string, string> Pairs = new()
    {
        ["owner"] = "amélie",
        ["a-b.c"] = "1",
        ["Case"] = "",
    };

    [Fact]
    public async Task Metadata_is_kept_or_refused_before_content_is_read()
    {
        var options = new WriteOptions { Metadata = Pairs, Overwrite = true };
        foreach (var (_, gate, write) in ContentWrites().Where(w => Has(w.Gate)))
        {
            var content = new TestContent(10);
            if (!Has(Capability.UserMetadata))
            {
                await Fails(CapabilityNotSupported, () => write("f", content, options));
                Assert.Equal(0, content.Consumed);
                continue;
            }

            Assert.Equal(UserMetadata.From(Pairs), (await write("f", content, options)).Metadata);
            Assert.Equal(UserMetadata.From(Pairs), await StoredMetadataAsync("f"));
        }
    }

    [Fact]
    public async Task Metadata_goes_with_the_write_that_gave_it()
    {
        Needs(Capability.UserMetadata);
        await Backend.WriteAsync("f", "x"u8.ToArray(), new WriteOptions { Metadata = Pairs }, Token);
        Assert.Null((await PutAsync("f", "again")).Metadata);
        Assert.Null((await Backend.GetFileInfoAsync("f", Token)).Metadata);
    }

    /// <summary>Case 42: an empty map is fine everywhere; a bad one is an argument error, whatever is declared.</summary>
    [Fact]
    public async Task Metadata_that_is_empty_is_none()
    {
        var result = await Backend.WriteAsync(
            "f",
            "x"u8.ToArray(),
            new WriteOptions { Metadata = new Dictionary<string, string>() },
            Token
        );
        Assert.Null(result.Metadata);
        Assert.Null((await Backend.GetFileInfoAsync("f", Token)).Metadata);
    }

    [Theory]
    [InlineData("_hidden", "v")]
    [InlineData("", "v")]
    [InlineData("sp ace", "v")]
    [InlineData("ü", "v")]
    [InlineData("k", "line\nbreak")]
    public async Task Metadata_that_breaks_a_rule_is_an_argument_error(string key, string value)
    {
        await AssertRefusedAsync(key, value);
    }

    [Fact]
    public Task Metadata_with_a_lone_surrogate_is_an_argument_error() => AssertRefusedAsync("k", "lone \ud800");

    private async Task AssertRefusedAsync(string key, string value)
    {
        var options = new WriteOptions { Metadata = new Dictionary<string, string> { [key] = value } };
        foreach (var (name, gate, write) in ContentWrites().Where(w => Has(w.Gate)))
        {
            var content = new TestContent(10);
            Assert.True(await Record.ExceptionAsync(() => write("f", content, options)) is ArgumentException, name);
            Assert.Equal(0, content.Consumed);
        }

        Assert.Empty(await AllPathsAsync());
    }

    [Fact]
    public async Task Metadata_has_a_size_limit()
    {
        var most = new Dictionary<string, string> { ["k"] = new string('v', UserMetadata.MaxBytes - 1) };
        if (Has(Capability.UserMetadata))
        {
            await Backend.WriteAsync("f", "x"u8.ToArray(), new WriteOptions { Metadata = most }, Token);
            Assert.Equal(UserMetadata.From(most), await StoredMetadataAsync("f"));
        }

        most["k2"] = "";
        var error = await Assert.ThrowsAnyAsync<ArgumentException>(async () =>
            await Backend.WriteAsync("g", "x"u8.ToArray(), new WriteOptions { Metadata = most }, Token)
        );
        Assert.Contains(
            UserMetadata.MaxBytes.ToString(CultureInfo.InvariantCulture),
            error.Message.Replace(",", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Content_type_is_kept_or_refused()
    {
        var options = new WriteOptions { ContentType = "text/csv; charset=utf-8" };
        if (!Has(Capability.ContentType))
        {
            await Fails(CapabilityNotSupported, () => Backend.WriteAsync("f", new TestContent(1), options, Token));
            Assert.Empty(await AllPathsAsync());
            return;
        }

        await Backend.WriteAsync("f", "x"u8.ToArray(), options, Token);
        Assert.Equal(options.ContentType, (await Backend.GetFileInfoAsync("f", Token)).ContentType);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("/x")]
    [InlineData("text/")]
    [InlineData("text/a\r\nSet-Cookie: x")]
    public async Task Content_type_that_is_none_is_an_argument_error(string type)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () =>
            await Backend.WriteAsync("f", new TestContent(1), new WriteOptions { ContentType = type }, Token)
        );
        Assert.Empty(await AllPathsAsync());
    }

    private async Task<UserMetadata?> StoredMetadataAsync(string key) => (await Backend.GetFileInfoAsync(key, Token)).Metadata;
}
