namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    /// <summary>Case 38: larger than every buffer, from a source without a length.</summary>
    [Fact]
    public async Task Large_files_arrive_byte_for_byte()
    {
        foreach (var (name, gate, write) in ContentWrites().Where(w => Has(w.Gate)))
        {
            var result = await write(name, new TestContent(Harness.LargeSize), WriteOptions.Default);
            Assert.Equal(Harness.LargeSize, result.Size);
            AssertAgrees(result, await Backend.GetFileInfoAsync(name, Token));
            await using var stream = await Backend.ReadAsync(name, null, Token);
            await AssertPatternAsync(stream, 0, Harness.LargeSize);
        }
    }

    [Fact]
    public async Task Large_files_are_read_in_ranges_across_every_border()
    {
        await Backend.WriteAsync("f", new TestContent(Harness.LargeSize), null, Token);
        foreach (
            var border in new[] { 4096, 65_536, 81_920, 131_072, 262_144, 1_048_576, 2_097_152 }.Where(b => b + 100 < Harness.LargeSize)
        )
        {
            await using var stream = await Backend.ReadAsync("f", ReadOptions.At(border - 50, 100), Token);
            await AssertPatternAsync(stream, border - 50, 100);
        }
    }

    [Fact]
    public async Task Large_files_need_not_be_read_to_the_end()
    {
        await Backend.WriteAsync("f", new TestContent(Harness.LargeSize), null, Token);
        for (var i = 0; i < 5; i++)
        {
            await using var stream = await Backend.ReadAsync("f", null, Token);
            await stream.ReadExactlyAsync(new byte[100], Token);
        }

        await Backend.DeleteAsync("f", null, Token);
    }

    private static async Task AssertPatternAsync(Stream stream, long from, long count)
    {
        var buffer = new byte[100_003];
        var position = from;
        for (int read; (read = await stream.ReadAsync(buffer, Token)) > 0; position += read)
        {
            for (var i = 0; i < read; i++)
            {
                if (buffer[i] != TestContent.At(position + i))
                    Assert.Fail($"Byte {position + i} is wrong.");
            }
        }

        Assert.Equal(from + count, position);
    }
}
