using System.Text;
using System.Threading.Channels;
using RemoteStore.Ownership;

namespace RemoteStore.Tests.Ownership;

public sealed class PathReaderTests
{
    private const string Key = "folder/f";
    private const int Limit = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_question_in_flight_does_not_answer_a_read_that_came_later()
    {
        var owner = new Owner();
        using var reader = owner.Reader();
        var first = ReadAsync(reader);
        var asked = await owner.NextAsync();
        var second = ReadAsync(reader);
        asked.Says("old", "v1");
        Assert.Equal("old", await first);
        var again = await owner.NextAsync();
        Assert.False(second.IsCompleted);
        Assert.Equal("v1", again.Known);
        again.Says("new", "v2");
        Assert.Equal("new", await second);
    }

    [Fact]
    public async Task Reads_that_come_concurrently_share_one_question_and_too_many_are_refused()
    {
        var owner = new Owner();
        using var reader = owner.Reader();
        var first = ReadAsync(reader);
        var asked = await owner.NextAsync();
        var more = Enumerable.Range(0, Limit).Select(_ => ReadAsync(reader)).ToArray();
        Assert.Null(reader.CurrentAsync());
        asked.Says("text", "v1");
        await first;
        (await owner.NextAsync()).IsUnchanged();
        Assert.All(await Task.WhenAll(more), t => Assert.Equal("text", t));
        Assert.Equal([1, Limit], owner.Asked);
    }

    [Fact]
    public async Task A_failure_is_everybodys_own_and_what_was_kept_is_gone()
    {
        var owner = new Owner();
        var budget = new ContentBudget(100);
        using var reader = owner.Reader(new PathOwnerOptions { Budget = budget });
        var first = ReadAsync(reader);
        (await owner.NextAsync()).Says("text", "v1");
        await first;
        Assert.Equal(4, budget.Used);

        var late = ReadAsync(reader);
        var asked = await owner.NextAsync();
        var others = new[] { ReadAsync(reader), ReadAsync(reader) };
        asked.Fails(new NotFoundException("Nothing exists at the path.", Key, "store") { NativeCode = "Gone" });
        await Assert.ThrowsAsync<NotFoundException>(() => late);
        Assert.Equal(0, budget.Used);
        asked = await owner.NextAsync();
        Assert.Null(asked.Known);
        asked.Fails(new NotFoundException("Nothing exists at the path.", Key, "store") { NativeCode = "Gone" });
        var one = await Assert.ThrowsAsync<NotFoundException>(() => others[0]);
        var two = await Assert.ThrowsAsync<NotFoundException>(() => others[1]);
        Assert.NotSame(one, two);
        Assert.Equal((Key, "store", "Gone"), (one.Path, one.Backend, one.NativeCode));

        var untyped = ReadAsync(reader);
        (await owner.NextAsync()).Fails(new TimeoutException());
        await Assert.ThrowsAsync<BackendUnavailableException>(() => untyped);
    }

    [Fact]
    public async Task Conditions_and_ranges_are_those_of_the_owner()
    {
        var owner = new Owner();
        using var reader = owner.Reader();
        Assert.Equal("cd", await AnswerAsync(new ReadOptions { Range = new ByteRange(2, 2) }));
        Assert.Equal("", await AnswerAsync(new ReadOptions { Range = new ByteRange(9) }));
        Assert.Equal("abcdef", await AnswerAsync(new ReadOptions { IfMatch = "v1" }));
        await Assert.ThrowsAsync<PreconditionFailedException>(() => AnswerAsync(new ReadOptions { IfMatch = "v0" }));

        async Task<string> AnswerAsync(ReadOptions options)
        {
            var read = ReadAsync(reader, options);
            var asked = await owner.NextAsync();
            if (asked.Known is null)
                asked.Says("abcdef", "v1");
            else
                asked.IsUnchanged();
            return await read;
        }
    }

    [Theory]
    [InlineData("no version")]
    [InlineData("too large to keep")]
    [InlineData("no memory left")]
    [InlineData("others write")]
    [InlineData("disposed")]
    public async Task What_is_not_kept_is_answered_and_asked_for_again(string why)
    {
        var owner = new Owner();
        var budget = new ContentBudget(why == "no memory left" ? 3 : 100);
        using var reader = owner.Reader(
            new PathOwnerOptions
            {
                CacheLimit = why == "too large to keep" ? 3 : 4,
                ExternalWriters = why == "others write",
                Budget = budget,
            }
        );
        if (why == "disposed")
            reader.Dispose();
        foreach (var text in new[] { "text", "next" })
        {
            var read = ReadAsync(reader);
            var asked = await owner.NextAsync();
            Assert.Null(asked.Known);
            asked.Says(text, why == "no version" ? null : "v1");
            Assert.Equal(text, await read);
            Assert.Equal(0, budget.Used);
        }
    }

    [Fact]
    public async Task Versions_replace_each_other_in_the_budget_and_the_end_gives_all_back()
    {
        var owner = new Owner();
        var budget = new ContentBudget(100);
        var reader = owner.Reader(new PathOwnerOptions { Budget = budget });
        foreach (var (text, etag) in new[] { ("1234", "v1"), ("12345678", "v2") })
        {
            var read = ReadAsync(reader);
            (await owner.NextAsync()).Says(text, etag);
            await read;
            Assert.Equal(text.Length, budget.Used);
        }

        reader.Dispose();
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public async Task A_file_without_bytes_in_the_answer_is_left_to_its_owner()
    {
        var owner = new Owner();
        using var reader = owner.Reader();
        var snapshot = reader.CurrentAsync()!;
        (await owner.NextAsync()).Says(null, "v1");
        Assert.Null((await snapshot).Read(ReadOptions.Default, Limit));
    }

    private static async Task<string> ReadAsync(PathReader reader, ReadOptions? options = null)
    {
        var snapshot = await reader.CurrentAsync()!.WaitAsync(Token);
        return Encoding.UTF8.GetString(snapshot.Read(options ?? ReadOptions.Default, 100)!.Value.Content!.Value.Span);
    }

    /// <summary>An owner that says what the test wants, when it wants.</summary>
    private sealed class Owner
    {
        private readonly Channel<Question> _questions = Channel.CreateUnbounded<Question>();

        internal List<int> Asked { get; } = [];

        internal PathReader Reader(PathOwnerOptions? options = null) =>
            new(Key, "store", AnswerAsync, options ?? PathOwnerOptions.Default, Limit);

        /// <summary>The next question; a bound, so that a test fails that waits for one that is never put.</summary>
        internal Task<Question> NextAsync() => _questions.Reader.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token);

        private Task<PathSnapshot?> AnswerAsync(string? known, int reads)
        {
            Asked.Add(reads);
            var question = new Question(known);
            Assert.True(_questions.Writer.TryWrite(question));
            return question.Answer;
        }
    }

    private sealed class Question(string? known)
    {
        private readonly TaskCompletionSource<PathSnapshot?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal string? Known => known;

        internal Task<PathSnapshot?> Answer => _answer.Task;

        internal void Says(string? text, string? etag) =>
            _answer.SetResult(
                new PathSnapshot(
                    "store",
                    new RemoteFileInfo(Key, text?.Length ?? 1_000_000) { ETag = etag },
                    text is null ? null : Encoding.UTF8.GetBytes(text)
                )
            );

        internal void IsUnchanged() => _answer.SetResult(null);

        internal void Fails(Exception error) => _answer.SetException(error);
    }
}
