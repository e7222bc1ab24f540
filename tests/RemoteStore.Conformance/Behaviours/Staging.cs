namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    [Fact]
    public Task Staged_content_is_committed_later_or_refused() =>
        Gated(
            Capability.Staging,
            async () => await Backend.CommitStagedAsync("f", "token", null, Token),
            async () =>
            {
                var token = await StageAsync("d/f", "staged");
                Assert.Empty(await AllFilesAsync());
                var result = await Backend.CommitStagedAsync("d/f", token, null, Token);
                AssertAgrees(result, await Backend.GetFileInfoAsync("d/f", Token));
                Assert.Equal("staged", await TextAsync("d/f"));
                Assert.Equal(["d", "d/f"], await AllPathsAsync());
            }
        );

    [Fact]
    public async Task Staged_content_can_be_dropped()
    {
        if (!Has(Capability.Staging))
        {
            await Fails(CapabilityNotSupported, () => Backend.AbortStagedAsync("f", "token", Token));
            return;
        }

        var token = await StageAsync("f", "staged");
        await Backend.AbortStagedAsync("f", token, Token);
        await Backend.AbortStagedAsync("f", token, Token);
        await Fails(NotFound, () => Backend.CommitStagedAsync("f", token, null, Token));
        Assert.Empty(await AllFilesAsync());
    }

    [Fact]
    public async Task Staged_content_is_committed_once()
    {
        Needs(Capability.Staging);
        var token = await StageAsync("f", "staged");
        await Backend.CommitStagedAsync("f", token, null, Token);
        await Fails(NotFound, () => Backend.CommitStagedAsync("f", token, WriteOptions.Replace, Token));
        await Fails(AlreadyExists, () => Backend.CommitStagedAsync("f", token, null, Token));
        await Fails(NotFound, () => Backend.CommitStagedAsync("g", "0123456789abcdef0123456789abcdef", null, Token));
        foreach (var odd in new[] { "../../etc/passwd", "a/b", "nul\0", new string('x', 500) })
            Assert.IsAssignableFrom<RemoteStoreException>(
                await Record.ExceptionAsync(async () => await Backend.CommitStagedAsync("g", odd, null, Token))
            );
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Backend.CommitStagedAsync("g", " ", null, Token));
        Assert.Equal(["f"], await AllFilesAsync());
    }

    [Fact]
    public async Task Staged_content_meets_its_conditions_at_the_commit()
    {
        Needs(Capability.Staging | Capability.Conditional);
        var token = await StageAsync("f", "staged");
        await PutAsync("f", "one");
        var stale = await ETagAsync("f");
        await PutAsync("f", "two");
        await Fails(PreconditionFailed, () => Backend.CommitStagedAsync("f", token, WriteOptions.Matching(stale), Token));
        await Fails(AlreadyExists, () => Backend.CommitStagedAsync("f", token, null, Token));
        Assert.SkipUnless(harness.KeepsStagedApart, "Staged content shows up in the storage.");
        await Backend.CommitStagedAsync("f", token, WriteOptions.Matching(await ETagAsync("f")), Token);
        Assert.Equal("staged", await TextAsync("f"));
    }

    [Fact]
    public async Task Staged_content_of_many_is_kept_apart()
    {
        Needs(Capability.Staging);
        var tokens = new string[10];
        for (var i = 0; i < tokens.Length; i++)
            tokens[i] = await StageAsync("f", $"staged {i}");
        Assert.Equal(tokens.Length, tokens.Distinct().Count());
        await Backend.CommitStagedAsync("f", tokens[7], WriteOptions.Replace, Token);
        Assert.Equal("staged 7", await TextAsync("f"));
        foreach (var i in new[] { 2, 9 })
        {
            if (harness.KeepsStagedApart)
                await Backend.CommitStagedAsync("f", tokens[i], WriteOptions.Replace, Token);
            else
                await Fails(NotFound, () => Backend.CommitStagedAsync("f", tokens[i], WriteOptions.Replace, Token));
            Assert.Equal($"staged {(harness.KeepsStagedApart ? i : 7)}", await TextAsync("f"));
        }

        Assert.Equal(["f"], await AllPathsAsync());
    }

    [Fact]
    public async Task A_lost_write_resumes_from_any_length()
    {
        if (!Has(Capability.ResumeStaging))
        {
            await Fails(CapabilityNotSupported, () => Backend.ResumeAtomicAsync("f", new ResumePoint("token", 0), null, Token));
            return;
        }

        var bytes = TestContent.Array(300_000);
        await using var lost = await Backend.OpenAtomicAsync("d/f", null, Token);
        await lost.WriteAsync(bytes.AsMemory(0, 250_000), Token);
        var kept = new MemoryStream();
        await using (
            var writer = await Backend.ResumeAtomicAsync(
                "d/f",
                new ResumePoint(lost.ResumeToken!, 200_001) { Kept = b => kept.Write(b.Span) },
                null,
                Token
            )
        )
        {
            Assert.Equal(200_001, writer.Position);
            Assert.Equal(bytes[..200_001], kept.ToArray());
            await Fails(NotFound, () => Backend.ResumeAtomicAsync("d/f", new ResumePoint(lost.ResumeToken!, 0), null, Token));
            await lost.DisposeAsync();
            await writer.WriteAsync(bytes.AsMemory(200_001), Token);
            Assert.Equal(bytes.Length, writer.Position);
            Assert.Empty(await AllFilesAsync());
            AssertAgrees(await writer.CommitAsync(Token), await Backend.GetFileInfoAsync("d/f", Token));
        }

        Assert.Equal(bytes, await Backend.ReadBytesAsync("d/f", null, Token));
        Assert.Equal(["d", "d/f"], await AllPathsAsync());
    }

    [Fact]
    public async Task A_finished_write_continues_too_and_can_be_dropped()
    {
        Needs(Capability.ResumeStaging);
        var token = await StageAsync("f", "staged");
        await Fails(NotFound, () => Backend.ResumeAtomicAsync("f", new ResumePoint(token, 7), null, Token));
        await using (var writer = await Backend.ResumeAtomicAsync("f", new ResumePoint(token, 6), null, Token))
        {
            await Fails(NotFound, () => Backend.CommitStagedAsync("f", token, null, Token));
            await writer.WriteAsync("!"u8.ToArray(), Token);
            await Backend.CommitStagedAsync("f", await writer.DetachAsync(Token), null, Token);
        }

        Assert.Equal("staged!", await TextAsync("f"));
        await using (var writer = await Backend.OpenAtomicAsync("g", null, Token))
            token = writer.ResumeToken!;
        await Fails(NotFound, () => Backend.ResumeAtomicAsync("g", new ResumePoint(token, 0), null, Token));
        await Fails(AlreadyExists, () => Backend.ResumeAtomicAsync("f", new ResumePoint(token, 0), null, Token));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () =>
            await Backend.ResumeAtomicAsync("g", new ResumePoint(" ", 0), null, Token)
        );
        await Assert.ThrowsAnyAsync<ArgumentException>(async () =>
            await Backend.ResumeAtomicAsync("g", new ResumePoint("t", -1), null, Token)
        );
        Assert.Equal(["f"], await AllPathsAsync());
    }

    private async Task<string> StageAsync(string key, string text)
    {
        await using var writer = await Backend.OpenAtomicAsync(key, WriteOptions.Replace, Token);
        await writer.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), Token);
        var token = await writer.DetachAsync(Token);
        Assert.False(string.IsNullOrWhiteSpace(token));
        return token;
    }
}
