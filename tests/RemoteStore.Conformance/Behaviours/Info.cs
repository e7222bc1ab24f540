namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    [Fact]
    public async Task Info_of_a_file_reports_its_facts()
    {
        var before = DateTimeOffset.UtcNow.AddMinutes(-10);
        await PutAsync("d/f.txt", "12345");
        var info = await Backend.GetFileInfoAsync("d/f.txt", Token);
        Assert.Equal(("d/f.txt", "f.txt", 5L), (info.Path, info.Name, info.Size));
        if (info.LastModified is { } modified)
            Assert.InRange(modified, before, DateTimeOffset.UtcNow.AddMinutes(10));
        Assert.Equal(info, await Backend.GetFileInfoAsync("d//./f.txt", Token));
    }

    [Fact]
    public async Task Find_returns_null_for_a_missing_file_and_refuses_a_folder()
    {
        await PutAsync("d/f", "12345");
        Assert.Equal(await Store.GetFileInfoAsync("d/f", Token), await Store.FindFileInfoAsync("d/f", Token));
        Assert.Null(await Store.FindFileInfoAsync("d/missing", Token));
        Assert.Null(await Store.FindFileInfoAsync("missing/f", Token));
        await Fails(InvalidPath, () => Store.FindFileInfoAsync("d", Token));
        await Fails(InvalidPath, () => Store.FindFileInfoAsync("", Token));
    }

    [Theory]
    [InlineData("", null, 6, 29)]
    [InlineData("a", null, 3, 18)]
    [InlineData("a", 0, 1, 4)]
    [InlineData("a", 1, 2, 10)]
    [InlineData("", 0, 2, 6)]
    [InlineData("ab", 5, 1, 5)]
    public async Task Info_of_a_folder_adds_up_what_lies_below(string key, int? depth, int count, int size)
    {
        await SeedAsync(TreeFiles);
        var info = await Backend.GetFolderInfoAsync(key, depth, Token);
        Assert.Equal((key, (long)count, (long)size), (info.Path, info.FileCount, info.TotalSize));
        var times = await Backend
            .ListFilesAsync(key, new ListOptions { Recursive = true, MaxDepth = depth }, Token)
            .Select(f => f.LastModified)
            .ToListAsync(Token);
        Assert.Equal(times.Max(), info.LastModified);
    }

    /// <summary>Case 14.</summary>
    [Fact]
    public async Task Info_of_the_wrong_kind_is_InvalidPath()
    {
        await PutAsync("d/f");
        await Fails(InvalidPath, () => Backend.GetFileInfoAsync("d", Token));
        await Fails(InvalidPath, () => Backend.GetFolderInfoAsync("d/f", null, Token));
        await Fails(InvalidPath, () => Backend.GetFolderInfoAsync("d/f", 1, Token));
        await Fails(NotFound, () => Backend.GetFolderInfoAsync("missing", null, Token));
        await Fails(NotFound, () => Backend.GetFolderInfoAsync("d/f/under", null, Token));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Backend.GetFolderInfoAsync("d", -1, Token));
    }

    [Fact]
    public async Task Kind_is_one_answer()
    {
        await PutAsync("d/f");
        foreach (
            var (key, kind) in new[]
            {
                ("d", EntryKind.Folder),
                ("d/", EntryKind.Folder),
                ("d/f", EntryKind.File),
                ("d/f/x", EntryKind.None),
                ("x", EntryKind.None),
                ("x/y/z", EntryKind.None),
                ("d/ff", EntryKind.None),
                ("D", EntryKind.None),
            }
        )
        {
            Assert.Equal((key, kind), (key, await Backend.GetKindAsync(key, Token)));
            Assert.Equal(kind != EntryKind.None, await Backend.ExistsAsync(key, Token));
            Assert.Equal(kind == EntryKind.File, await Store.IsFileAsync(key, Token));
            Assert.Equal(kind == EntryKind.Folder, await Store.IsFolderAsync(key, Token));
        }
    }
}
