using System.Globalization;

namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    private const int Racers = 64;

    /// <summary>Of many racing creators one wins, on a backend that declares it.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(200_000)]
    public async Task Create_only_race_has_one_winner(int size)
    {
        Needs(Capability.CreateOnly);
        for (var round = 0; round < Effort; round++)
        {
            var key = $"race/{round}";
            var outcomes = await RaceAsync(async i =>
                await Backend.WriteAtomicAsync(key, Enumerable.Repeat((byte)i, size).ToArray(), WriteOptions.CreateOnly, Token)
            );
            Assert.Single(outcomes, (Exception?)null);
            Assert.All(outcomes.OfType<Exception>(), e => Assert.IsType<AlreadyExistsException>(e));
            var winner = (byte)Array.IndexOf(outcomes, null);
            Assert.All(await Backend.ReadBytesAsync(key, null, Token), b => Assert.Equal(winner, b));
        }
    }

    /// <summary>Compare-and-swap loses no increment.</summary>
    [Fact]
    public async Task Conditional_increments_are_never_lost()
    {
        Needs(Capability.Conditional);
        await PutAsync("counter", "0");
        var outcomes = await RaceAsync(async _ => await IncrementAsync());
        Assert.All(outcomes, Assert.Null);
        Assert.Equal(Racers.ToString(CultureInfo.InvariantCulture), await TextAsync("counter"));
    }

    /// <summary>Case 49, scaled: each caller sees only its own data.</summary>
    [Fact]
    public async Task Mixed_operations_of_many_callers_do_not_mix()
    {
        var outcomes = await RaceAsync(
            async i =>
            {
                for (var n = 0; n < 4 * Effort; n++)
                    await RoundTripAsync($"c{i % 4}/caller{i}", $"{i}:{n}");
            },
            count: 32
        );
        Assert.All(outcomes, e => Assert.True(e is null, e?.ToString()));
        Assert.Empty(await AllFilesAsync());
    }

    private async Task RoundTripAsync(string folder, string text)
    {
        var key = $"{folder}/file";
        await PutAsync(key, text);
        Assert.Equal(text, await TextAsync(key));
        Assert.Equal(text.Length, (await Backend.GetFileInfoAsync(key, Token)).Size);
        Assert.Equal([key], await PathsAsync(folder));
        await Fails(NotFound, () => Backend.ReadBytesAsync(folder + "/none", null, Token));
        if (Has(Capability.Copy))
            await Backend.CopyAsync(key, folder + "/copy", MoveCopyOptions.Replace, Token);
        if (Has(Capability.Move))
            await Backend.MoveAsync(key, folder + "/moved", MoveCopyOptions.Replace, Token);
        foreach (var path in await PathsAsync(folder))
            Assert.Equal(text, await TextAsync(path));
        await Backend.DeleteFolderAsync(folder, new DeleteFolderOptions { Recursive = true }, Token);
        Assert.False(await Backend.ExistsAsync(key, Token));
    }

    private async Task<int> IncrementAsync()
    {
        while (true)
        {
            await using var stream = await Backend.ReadAsync("counter", null, Token);
            var value = int.Parse(System.Text.Encoding.ASCII.GetString(await DrainAsync(stream)), CultureInfo.InvariantCulture) + 1;
            var bytes = System.Text.Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
            try
            {
                await Backend.WriteAsync("counter", bytes, WriteOptions.Matching(stream.Info.ETag!), Token);
                return value;
            }
            catch (PreconditionFailedException)
            {
                // Somebody else was faster: read again.
            }
        }
    }

    private static async Task<Exception?[]> RaceAsync(Func<int, Task> racer, int count = Racers)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = Enumerable
            .Range(0, count)
            .Select(async i =>
            {
                await start.Task;
                await Task.Yield();
                return await Record.ExceptionAsync(() => racer(i));
            })
            .ToArray();
        start.SetResult();
        return await Task.WhenAll(running);
    }
}
