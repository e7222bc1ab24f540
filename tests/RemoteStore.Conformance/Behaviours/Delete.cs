namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    private static readonly DeleteOptions Tolerant = new() { IgnoreMissing = true };
    private static readonly DeleteFolderOptions TolerantFolder = new() { IgnoreMissing = true };
    private static readonly DeleteFolderOptions Tree = new() { Recursive = true };
    private static readonly DeleteFolderOptions TolerantTree = new() { Recursive = true, IgnoreMissing = true };

    /// <summary>Cases 9 and 13, and the first two rows of the delete table.</summary>
    [Fact]
    public async Task Delete_removes_files_only()
    {
        await PutAsync("d/f");
        await Fails(InvalidPath, () => Backend.DeleteAsync("d", null, Token));
        await Fails(InvalidPath, () => Backend.DeleteAsync("d", Tolerant, Token));
        await Fails(NotFound, () => Backend.DeleteAsync("missing", null, Token));
        await Fails(NotFound, () => Backend.DeleteAsync("no/such/file", null, Token));
        await Fails(NotFound, () => Backend.DeleteAsync("d/f/x", null, Token));
        await Backend.DeleteAsync("missing", Tolerant, Token);
        await Backend.DeleteAsync("d/f/x", Tolerant, Token);
        Assert.True(await Backend.IsFileAsync("d/f", Token));
        await Backend.DeleteAsync("d/f", null, Token);
        Assert.Equal(EntryKind.None, await Backend.GetKindAsync("d/f", Token));
        Assert.Empty(await AllFilesAsync());
        await Fails(NotFound, () => Backend.DeleteAsync("d/f", null, Token));
        await Fails(NotFound, () => Backend.ReadBytesAsync("d/f", null, Token));
    }

    [Fact]
    public async Task Delete_of_the_last_file_keeps_the_folder_where_folders_are_real()
    {
        await PutAsync("d/f");
        await Backend.DeleteAsync("d/f", null, Token);
        Assert.Equal(IsHierarchical ? EntryKind.Folder : EntryKind.None, await Backend.GetKindAsync("d", Token));
        Assert.SkipUnless(IsHierarchical, "The backend has no folders of its own.");
        Assert.Equal(["d"], await AllPathsAsync());
        await Fails(InvalidPath, () => Backend.DeleteAsync("d", Tolerant, Token));
        await Backend.DeleteFolderAsync("d", null, Token);
        Assert.Empty(await AllPathsAsync());
    }

    /// <summary>Case 14 and the last two rows of the delete table.</summary>
    [Fact]
    public async Task Delete_folder_removes_folders_only()
    {
        await PutAsync("d/f");
        foreach (var options in new[] { DeleteFolderOptions.Default, Tree, TolerantFolder, TolerantTree })
            await Fails(InvalidPath, () => Backend.DeleteFolderAsync("d/f", options, Token));
        await Fails(FolderNotEmpty, () => Backend.DeleteFolderAsync("d", null, Token));
        await Fails(FolderNotEmpty, () => Backend.DeleteFolderAsync("d", TolerantFolder, Token));
        foreach (var key in new[] { "missing", "no/such/folder", "d/f/x" })
        {
            await Fails(NotFound, () => Backend.DeleteFolderAsync(key, null, Token));
            await Fails(NotFound, () => Backend.DeleteFolderAsync(key, Tree, Token));
            await Backend.DeleteFolderAsync(key, TolerantFolder, Token);
            await Backend.DeleteFolderAsync(key, TolerantTree, Token);
        }

        Assert.Equal("content", await TextAsync("d/f"));
    }

    /// <summary>Case 55: all below goes, and a sibling that shares the name's beginning stays.</summary>
    [Fact]
    public async Task Delete_folder_recursive_takes_all_of_it_and_nothing_else()
    {
        foreach (var key in new[] { "d/f", "d/a/b/c", "d/a/g", "d2/f", "d-x", "dd", "e/d/f" })
            await PutAsync(key);
        await Backend.DeleteFolderAsync("d", Tree, Token);
        Assert.Equal(["d-x", "d2/f", "dd", "e/d/f"], await AllFilesAsync());
        Assert.Equal(EntryKind.None, await Backend.GetKindAsync("d", Token));
        Assert.Equal(EntryKind.None, await Backend.GetKindAsync("d/a/b", Token));
        await Fails(NotFound, () => Backend.DeleteFolderAsync("d", Tree, Token));
    }

    [Fact]
    public async Task Delete_folder_recursive_takes_more_than_a_page()
    {
        var keys = Enumerable.Range(0, 1_100).Select(i => $"big/{i % 3}/f{i}").ToArray();
        await Parallel.ForEachAsync(keys, Token, async (key, token) => await Backend.WriteAsync(key, "x"u8.ToArray(), null, token));
        await PutAsync("bigger");
        await Backend.DeleteFolderAsync("big", Tree, Token);
        Assert.Equal(["bigger"], await AllPathsAsync());
    }
}
