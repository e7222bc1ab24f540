namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    [Fact]
    public async Task Errors_name_the_path_and_the_backend()
    {
        await PutAsync("d/f");
        var errors = new[]
        {
            (await Fails(NotFound, () => Backend.ReadBytesAsync("d/none", null, Token)), "d/none"),
            (await Fails(NotFound, () => Backend.GetFileInfoAsync("none", Token)), "none"),
            (await Fails(NotFound, () => Backend.DeleteAsync("none", null, Token)), "none"),
            (await Fails(AlreadyExists, () => Backend.WriteAsync("d/f", "x"u8.ToArray(), null, Token)), "d/f"),
            (await Fails(InvalidPath, () => Backend.ReadBytesAsync("d", null, Token)), "d"),
            (await Fails(InvalidPath, () => Backend.DeleteFolderAsync("d/f", null, Token)), "d/f"),
            (await Fails(FolderNotEmpty, () => Backend.DeleteFolderAsync("d", null, Token)), "d"),
        };
        foreach (var (error, path) in errors)
        {
            Assert.Equal((path, Backend.Name), (error.Path, error.Backend));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.False(error.IsTransient);
        }
    }

    /// <summary>Mapping law 2: a wrong type outranks absence and tolerance.</summary>
    [Fact]
    public async Task Errors_put_the_wrong_type_first()
    {
        await PutAsync("d/f");
        await EachFails(
            InvalidPath,
            "d",
            KeyOperations().Where(o => o.Name is "delete_missing_ok" or "delete" or "move_from" or "copy_from" or "read")
        );
        await EachFails(InvalidPath, "d/f", KeyOperations().Where(o => o.Name is "delete_folder" or "delete_tree"));
    }

    [Fact]
    public async Task Errors_after_errors_leave_the_backend_working()
    {
        for (var i = 0; i < 20; i++)
            await EachFails(NotFound, "none", ReadOperations());
        await PutAsync("f", "works");
        Assert.Equal("works", await TextAsync("f"));
    }

    /// <summary>Cases 15, 31 and 33: a refusal is reported as one, never as "not there", "empty" or "done".</summary>
    [Fact]
    public async Task A_refusal_is_never_reported_as_a_miss()
    {
        var denied = await Harness.CreateDeniedAsync();
        Assert.SkipWhen(denied is null, "The harness makes no backend whose storage refuses the caller.");
        await using var closing = denied;
        await Fails(PermissionDenied, () => denied.GetKindAsync("f", Token));
        await Fails(PermissionDenied, () => denied.ExistsAsync("f", Token));
        await Fails(PermissionDenied, () => denied.ListAsync("", null, Token).ToListAsync(Token));
        await Fails(PermissionDenied, () => denied.ReadBytesAsync("f", null, Token));
        await Fails(PermissionDenied, () => denied.GetFileInfoAsync("f", Token));
        await Fails(PermissionDenied, () => denied.GetFolderInfoAsync("", null, Token));
        await Fails(PermissionDenied, () => denied.DeleteAsync("f", Tolerant, Token));
        await Fails(PermissionDenied, () => denied.DeleteFolderAsync("f", TolerantTree, Token));
        await Fails(PermissionDenied, () => denied.WriteAsync("f", "x"u8.ToArray(), WriteOptions.Replace, Token));
        await Fails(PermissionDenied, () => denied.CheckHealthAsync(Token));
        Assert.True(await denied.IsFolderAsync("", Token), "The root exists by definition.");
    }
}
