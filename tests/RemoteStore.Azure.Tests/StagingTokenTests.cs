using System.Net;

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>
/// Tokens are read strictly, and one that this instance did not make is compared with what the service has before it is committed.
/// </summary>
public sealed class StagingTokenTests : IDisposable
{
    private const string Md5 = "00000000000000000000000000000000";
    private static readonly string Session = Guid.NewGuid().ToString("N");

    private readonly ScriptedService _service = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _service.Dispose();

    [Fact]
    public void Only_what_the_type_writes_is_a_token()
    {
        var text = new StagingToken(Session, 50_000, 50_000, Md5).ToText("f");
        Assert.True(StagingToken.TryParse(text, "f", out var token));
        Assert.Equal(50_000, token.BlockIds.Count());
        string[] forged =
        [
            text.Replace(".50000.", ".50001.", StringComparison.Ordinal),
            text.Replace(".50000.", ".050000.", StringComparison.Ordinal),
            text.Replace(".50000.50000.", $".{int.MaxValue}.50000.", StringComparison.Ordinal),
            text.Replace(".50000.50000.", ".0.50000.", StringComparison.Ordinal),
            text.Replace(".50000.50000.", ".50000.0.", StringComparison.Ordinal),
            text.ToUpperInvariant(),
            text + ".",
            " " + text,
            "1" + text,
            new string('1', 1_000_000),
            "",
        ];
        foreach (var other in forged)
            Assert.False(StagingToken.TryParse(other, "f", out _), other.Length > 200 ? "a long one" : other);
        Assert.False(StagingToken.TryParse(text, "g", out _));
    }

    [Theory]
    [InlineData(2, 8, true)]
    [InlineData(3, 8, false)]
    [InlineData(2, 9, false)]
    [InlineData(50_000, 50_000, false)]
    public async Task Token_of_others_is_compared_with_what_is_staged(int blocks, long size, bool isCommitted)
    {
        await using var backend = _service.Open();
        var ids = new StagingToken(Session, 2, 8, Md5).BlockIds.Append(StagingToken.BlockId(Guid.NewGuid().ToString("N"), 0));
        var list = string.Concat(ids.Select(id => $"<Block><Name>{id}</Name><Size>4</Size></Block>"));
        _service.Then(
            HttpStatusCode.OK,
            null,
            $"<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList><UncommittedBlocks>{list}</UncommittedBlocks></BlockList>"
        );
        if (isCommitted)
            _service.Then(HttpStatusCode.Created, null, "", ("ETag", "\"0x1\""), ("Last-Modified", "Mon, 23 Nov 2026 08:00:00 GMT"));
        else
            _service.Then(HttpStatusCode.NotFound, "BlobNotFound");
        var token = new StagingToken(Session, blocks, size, Md5).ToText("f");
        var error = await Record.ExceptionAsync(async () => await backend.CommitStagedAsync("f", token, WriteOptions.Replace, Token));
        Assert.Equal(isCommitted ? null : typeof(NotFoundException), error?.GetType());
        Assert.Equal(isCommitted ? 1 : 0, _service.Requests.Count(r => r.Method == HttpMethod.Put));
    }

    [Fact]
    public async Task Token_for_which_nothing_is_staged_is_unknown()
    {
        await using var backend = _service.Open();
        _service.Then(HttpStatusCode.NotFound, "BlobNotFound").Then(HttpStatusCode.NotFound, "BlobNotFound");
        var token = new StagingToken(Session, 1, 1, Md5).ToText("f");
        await Assert.ThrowsAsync<NotFoundException>(async () => await backend.CommitStagedAsync("f", token, WriteOptions.Replace, Token));
    }
}
