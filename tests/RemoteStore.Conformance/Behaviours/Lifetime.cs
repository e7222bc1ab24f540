namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    /// <summary>
    /// Case 4: closed indefinitely outranks every other answer, addressing excepted; else the backend opens again by itself.
    /// </summary>
    [Fact]
    public async Task Closed_backend_keeps_its_posture()
    {
        await PutAsync("f");
        await Backend.CloseAsync(Token);
        await Backend.CloseAsync(Token);
        Assert.Equal("f", Backend.ToKey(Backend.NativePath("f")));
        Assert.Equal("", Backend.Resolve("").Key);
        var error = await Record.ExceptionAsync(async () => await Backend.GetKindAsync("", Token));
        if (error is null)
            Assert.Equal("content", await TextAsync("f"));
        else
            await AssertClosedAsync();
    }

    /// <summary>What was open when a backend closed for good ends with the backend.</summary>
    [Fact]
    public async Task Writer_and_listing_end_with_a_backend_that_closed_for_good()
    {
        await PutAsync("a");
        await PutAsync("b");
        var backend = Backend;
        await using var writer = Has(Capability.AtomicWrite) ? await backend.OpenAtomicAsync("w", null, Token) : null;
        if (writer is not null)
            await writer.WriteAsync("content"u8.ToArray(), Token);
        await using var entries = backend.ListAsync("", new ListOptions { PageSize = 1 }, Token).GetAsyncEnumerator(Token);
        Assert.True(await entries.MoveNextAsync());
        await backend.CloseAsync(Token);
        var isTerminal = await Record.ExceptionAsync(async () => await backend.GetKindAsync("", Token)) is not null;
        Assert.SkipUnless(isTerminal, "The backend can be used after it was closed.");
        Assert.False((await Fails(BackendUnavailable, async () => await entries.MoveNextAsync())).IsTransient);
        if (writer is not null)
            Assert.False((await Fails(BackendUnavailable, () => writer.CommitAsync(Token))).IsTransient);
    }

    [Fact]
    public async Task Closed_store_closes_its_backend_only_if_it_owns_it()
    {
        await PutAsync("d/f");
        await new AsyncStore(Backend, "d", leaveOpen: true).DisposeAsync();
        await Store.Child("d").DisposeAsync();
        Assert.Equal("content", await TextAsync("d/f"));
    }

    [Fact]
    public async Task Health_of_a_new_backend_is_good()
    {
        await Backend.CheckHealthAsync(Token);
        await Store.CheckHealthAsync(Token);
        Assert.Empty(await AllPathsAsync());
    }

    [Fact]
    public void Names_hold_no_secrets_and_are_not_blank()
    {
        Assert.False(string.IsNullOrWhiteSpace(Backend.Name));
        Assert.Contains(Backend.Name, Backend.ToString(), StringComparison.Ordinal);
        Assert.Contains(Backend.Name, Store.ToString(), StringComparison.Ordinal);
    }

    private async Task AssertClosedAsync()
    {
        foreach (var key in new[] { "", ".", "f" })
            Assert.False((await Fails(BackendUnavailable, () => Backend.GetKindAsync(key, Token))).IsTransient);
        await Fails(BackendUnavailable, () => Backend.GetFolderInfoAsync("", null, Token));
        await Fails(BackendUnavailable, () => Backend.ListPageAsync("", null, null, Token));
        await Fails(BackendUnavailable, () => Backend.CheckHealthAsync(Token));
        foreach (var key in new[] { "", "f", "../x" })
            await EachFails(BackendUnavailable, key, KeyOperations());
    }
}
