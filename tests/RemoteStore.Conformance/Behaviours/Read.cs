using System.Text;

namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(131_072)]
    [InlineData(131_073)]
    [InlineData(1_048_577)]
    public async Task Read_gives_back_the_bytes_written(int size)
    {
        var bytes = RandomBytes(size);
        await Backend.WriteAsync("d/f", bytes, null, Token);
        Assert.Equal(bytes, await Backend.ReadBytesAsync("d/f", null, Token));
        await using var stream = await Backend.ReadAsync("d/f", null, Token);
        Assert.Equal(size, stream.Info.Size);
        Assert.Equal("d/f", stream.Info.Path);
        Assert.Equal(bytes, await DrainAsync(stream));
    }

    [Theory]
    [InlineData(0L, null, 0, 1000)]
    [InlineData(0L, 10L, 0, 10)]
    [InlineData(999L, 1L, 999, 1)]
    [InlineData(990L, null, 990, 10)]
    [InlineData(500L, 200L, 500, 200)]
    [InlineData(500L, 0L, 500, 0)]
    [InlineData(990L, 100L, 990, 10)]
    [InlineData(1000L, null, 1000, 0)]
    [InlineData(1000L, 1L, 1000, 0)]
    [InlineData(5000L, 10L, 1000, 0)]
    [InlineData(5000L, null, 1000, 0)]
    [InlineData(10L, long.MaxValue, 10, 990)]
    [InlineData(long.MaxValue, 1L, 1000, 0)]
    public async Task Read_of_a_range_gives_just_that(long offset, long? length, int start, int count)
    {
        var bytes = RandomBytes(1000);
        await Backend.WriteAsync("f", bytes, null, Token);
        var expected = bytes.AsSpan(start, count).ToArray();
        Assert.Equal(expected, await Backend.ReadBytesAsync("f", ReadOptions.At(offset, length), Token));
        await using var stream = await Backend.ReadAsync("f", ReadOptions.At(offset, length), Token);
        Assert.Equal(1000, stream.Info.Size);
        Assert.Equal(expected, await DrainAsync(stream));
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Token));
    }

    [Fact]
    public async Task Read_refuses_a_negative_range()
    {
        await PutAsync("f");
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Backend.ReadBytesAsync("f", ReadOptions.At(-1), Token));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Backend.ReadBytesAsync("f", ReadOptions.At(0, -1), Token));
    }

    /// <summary>Cases 8 and 13: what can fail fails at the call; a folder is a wrong type, not a miss.</summary>
    [Fact]
    public async Task Read_of_nothing_or_of_a_folder_fails_at_the_call()
    {
        await PutAsync("d/f");
        await EachFails(NotFound, "missing", ReadOperations());
        await EachFails(NotFound, "d/missing", ReadOperations());
        await EachFails(NotFound, "d/f/under-a-file", ReadOperations());
        await EachFails(InvalidPath, "d", ReadOperations());
    }

    [Fact]
    public async Task Read_of_a_version_is_refused_for_another()
    {
        await PutAsync("f", "one");
        Needs(Capability.Conditional);
        var first = await ETagAsync("f");
        Assert.Equal(3, (await Backend.ReadBytesAsync("f", new ReadOptions { IfMatch = first }, Token)).Length);
        await PutAsync("f", "two");
        await Fails(PreconditionFailed, () => Backend.ReadBytesAsync("f", new ReadOptions { IfMatch = first }, Token));
        await Fails(PreconditionFailed, () => Backend.ReadAsync("f", new ReadOptions { IfMatch = first, Range = new ByteRange(1) }, Token));
    }

    [Fact]
    public async Task Read_keeps_the_version_that_was_opened_or_fails()
    {
        var first = TestContent.Array(400_000);
        await Backend.WriteAsync("f", first, null, Token);
        await using var stream = await Backend.ReadAsync("f", null, Token);
        var head = new byte[10];
        await stream.ReadExactlyAsync(head, Token);
        await Backend.WriteAsync("f", new byte[400_000], WriteOptions.Replace, Token);
        var rest = await Record.ExceptionAsync(async () => Assert.Equal(first[10..], await DrainAsync(stream)));
        Assert.True(rest is null or RemoteStoreException, $"A torn read: {rest}");
    }

    [Fact]
    public async Task Read_seekable_jumps_anywhere()
    {
        var bytes = RandomBytes(300_000);
        await Backend.WriteAsync("f", bytes, null, Token);
        await using var stream = await Backend.ReadSeekableAsync("f", Token);
        Assert.True(stream.CanSeek);
        Assert.Equal(bytes.Length, stream.Length);
        var random = new Random(7);
        for (var i = 0; i < 20; i++)
            await AssertAtAsync(stream, bytes, random.Next(bytes.Length));
        Assert.Equal(bytes.Length - 5, stream.Seek(-5, SeekOrigin.End));
        Assert.Equal(bytes[^5..], await DrainAsync(stream));
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Token));
        await Assert.ThrowsAnyAsync<IOException>(() => Task.FromResult(stream.Seek(-1, SeekOrigin.Begin)));
    }

    [Fact]
    public async Task Read_streams_are_seekable_where_that_is_declared()
    {
        await PutAsync("f");
        await using var stream = await Backend.ReadAsync("f", null, Token);
        Assert.True(stream.CanRead);
        Assert.False(stream.CanWrite);
        if (Has(Capability.SeekableRead))
            Assert.True(stream.CanSeek);
    }

    [Fact]
    public async Task Read_after_disposal_is_an_ordinary_error()
    {
        await PutAsync("f");
        var stream = await Backend.ReadAsync("f", null, Token);
        await stream.DisposeAsync();
        await stream.DisposeAsync();
        var error = await Record.ExceptionAsync(async () => Assert.Equal(-1, await stream.ReadAsync(new byte[1], Token)));
        Assert.True(error is ObjectDisposedException or NotSupportedException, error?.ToString());
    }

    [Fact]
    public async Task Read_text_says_what_it_cannot_decode()
    {
        await Backend.WriteTextAsync("t", "Grüße, 世界 🌍", null, null, Token);
        Assert.Equal("Grüße, 世界 🌍", await TextAsync("t"));
        await Backend.WriteAsync("bad", new byte[] { 0xff, 0xfe, 0x41 }, null, Token);
        await Assert.ThrowsAsync<DecoderFallbackException>(() => TextAsync("bad"));
        Assert.Equal("ÿþA", await Backend.ReadTextAsync("bad", Encoding.Latin1, Token));
    }

    private static async Task<byte[]> DrainAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Token);
        return all.ToArray();
    }

    private static async Task AssertAtAsync(Stream stream, byte[] bytes, int position)
    {
        stream.Position = position;
        var window = new byte[Math.Min(700, bytes.Length - position)];
        await stream.ReadExactlyAsync(window, Token);
        Assert.Equal(bytes.AsSpan(position, window.Length).ToArray(), window);
        Assert.Equal(position + window.Length, stream.Position);
    }
}
