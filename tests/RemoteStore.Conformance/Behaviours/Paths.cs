namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    /// <summary>Cases 1, 2 and 3: the root is no file, in any spelling, with no side effect.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("./")]
    [InlineData(".//")]
    [InlineData("./.")]
    [InlineData("/")]
    public async Task Root_is_no_file_in_any_spelling(string root)
    {
        await PutAsync("zz-missing", "a source that is there");
        await EachFails(InvalidPath, root, KeyOperations());
        await EachFails(InvalidPath, root, StoreFileOperations());
        Assert.Equal(["zz-missing"], await AllPathsAsync());
    }

    /// <summary>Case 5: an empty store has a root.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(".")]
    public async Task Root_answers_before_anything_was_written(string root)
    {
        Assert.Equal(EntryKind.Folder, await Backend.GetKindAsync(root, Token));
        Assert.True(await Store.ExistsAsync(root, Token));
        Assert.True(await Store.IsFolderAsync(root, Token));
        Assert.False(await Store.IsFileAsync(root, Token));
        Assert.Empty(await Backend.ListAsync(root, null, Token).ToListAsync(Token));
        Assert.Empty(await Backend.ListAsync(root, new ListOptions { Recursive = true }, Token).ToListAsync(Token));
        Assert.Equal(new RemoteFolderInfo("", 0, 0, null), await Backend.GetFolderInfoAsync(root, null, Token));
        Assert.Equal("", Backend.Resolve(root).Key);
        Assert.Equal("", Backend.ToKey(Backend.NativePath(root)));
        await Backend.CheckHealthAsync(Token);
    }

    /// <summary>Section 1.2: wider spellings are no root for a store's queries. Case 8: a listing never answers "empty" for one.</summary>
    [Theory]
    [InlineData("/")]
    [InlineData("./")]
    [InlineData("./.")]
    public async Task Root_in_other_spellings_is_InvalidPath_for_a_store(string root)
    {
        await SeedAsync("a", "b");
        await Fails(InvalidPath, () => Store.ExistsAsync(root, Token));
        await Fails(InvalidPath, async Task () => await Store.ListAsync(root, null, Token).ToListAsync(Token));
        await Fails(InvalidPath, () => Store.GetFolderInfoAsync(root, null, Token));
        var listed = await Record.ExceptionAsync(async () =>
            Assert.Equal(["a", "b"], await PathsAsync(root, new ListOptions { Recursive = true }))
        );
        Assert.True(listed is null or InvalidPathException, listed?.ToString());
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/../b")]
    [InlineData("a/..")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a/\u001f")]
    [InlineData("a\u007fb")]
    [InlineData("a\u0085b")]
    [InlineData(".~tmp.x.1234")]
    [InlineData("d/.~bak.x")]
    [InlineData(".~rs.log/x")]
    public async Task Bad_keys_are_InvalidPath_everywhere(string key)
    {
        await AssertBadAsync(key);
    }

    /// <summary>Text with a lone surrogate has no UTF-8 form (and cannot are in an attribute).</summary>
    /// <summary>A backend takes every name that it can list, and no other: one odd name must not hide the rest.</summary>
    [Fact]
    public async Task Name_that_is_accepted_is_listed()
    {
        await PutAsync("d/plain");
        foreach (
            var name in new[] { "d/\ufffe", "d/\uffff", "d/x\uffffy", "\ufffe/f", "d/\ud83f\udffe", "d/\ufdd0", "d/\ufffd", "d/\u2028" }
        )
        {
            var error = await Record.ExceptionAsync(async () => await PutAsync(name));
            if (error is not null)
            {
                Assert.IsType<InvalidPathException>(error);
                await Fails(InvalidPath, () => Backend.WriteAtomicAsync(name, "x"u8.ToArray(), null, Token));
                if (Has(Capability.Move))
                    await Fails(InvalidPath, () => Backend.MoveAsync("d/plain", name, null, Token));
                if (Has(Capability.Copy))
                    await Fails(InvalidPath, () => Backend.CopyAsync("d/plain", name, null, Token));
            }

            Assert.Equal(error is null, (await AllFilesAsync()).Contains(name));
        }

        await Backend.DeleteFolderAsync("d", new DeleteFolderOptions { Recursive = true }, Token);
        Assert.DoesNotContain("d/plain", await AllFilesAsync());
    }

    [Fact]
    public async Task Bad_keys_include_lone_surrogates()
    {
        foreach (var key in new[] { "lone-\ud800-high", "lone-\udc00", "\udc00\ud800" })
            await AssertBadAsync(key);
    }

    private async Task AssertBadAsync(string key)
    {
        await Backend.DeleteAsync("b", Tolerant, Token);
        await PutAsync("b", "keep");
        await EachFails(InvalidPath, key, KeyOperations().Concat(StoreFileOperations()));
        await Fails(InvalidPath, () => Backend.GetKindAsync(key, Token));
        await Fails(InvalidPath, () => Backend.GetFolderInfoAsync(key, null, Token));
        await Fails(InvalidPath, () => Backend.ListPageAsync(key, null, null, Token));
        await Fails(InvalidPath, () => Store.ExistsAsync(key, Token));
        Assert.Equal(["b"], await AllPathsAsync());
    }

    [Fact]
    public async Task Bad_keys_include_names_and_keys_that_are_too_long()
    {
        foreach (
            var key in new[]
            {
                new string('n', 256),
                new string('é', 128),
                "d/" + new string('n', 300),
                string.Join('/', Enumerable.Repeat(new string('k', 204), 5)) + "x",
            }
        )
        {
            await EachFails(InvalidPath, key, KeyOperations());
            await Fails(InvalidPath, () => Backend.GetKindAsync(key, Token));
        }
    }

    [Fact]
    public async Task Keys_up_to_the_limits_work()
    {
        var longest = string.Join('/', Enumerable.Repeat(new string('k', 204), 6))[..Harness.MaxKeyBytes];
        foreach (var key in new[] { new string('n', 255), new string('é', 127), longest })
        {
            await PutAsync(key, "long");
            Assert.Equal("long", await TextAsync(key));
            Assert.Contains(key, await AllFilesAsync());
        }
    }

    /// <summary>Section 1.4: a backend refuses what a store folds.</summary>
    [Fact]
    public async Task Backend_keys_are_relative_and_have_no_backslash()
    {
        await PutAsync("a/b");
        foreach (var key in new[] { "/a/b", "a\\b", "\\", "a/b\\" })
            await EachFails(InvalidPath, key, KeyOperations());
        foreach (var path in new[] { "/a/b", "a\\b", "a//b/", "./a/./b" })
            Assert.Equal("content", await Store.ReadTextAsync(path, null, Token));
        foreach (var key in new[] { "a//b", "a/b/", "./a/./b" })
            Assert.Equal("content", await TextAsync(key));
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("...")]
    [InlineData("with space")]
    [InlineData(" lead")]
    [InlineData("trail ")]
    [InlineData("trail.")]
    [InlineData("q?s*t[u]")]
    [InlineData("per%20cent%2F")]
    [InlineData("a:b")]
    [InlineData("CON")]
    [InlineData("plus+and&eq=#hash")]
    [InlineData("quote'\"`")]
    [InlineData("<x>|y")]
    [InlineData("ünï-Å-Å")]
    [InlineData("日本/🌍")]
    [InlineData("~tmp")]
    [InlineData(".hidden")]
    [InlineData("-rf")]
    [InlineData("$HOME/;ls")]
    public async Task Odd_names_are_plain_names(string key)
    {
        await PutAsync(key, key);
        Assert.Equal(key, await TextAsync(key));
        Assert.Equal([key], await AllFilesAsync());
        Assert.Equal(key, (await Backend.GetFileInfoAsync(key, Token)).Path);
        Assert.Equal(key, Backend.ToKey(Backend.NativePath(key)));
        await Backend.DeleteAsync(key, null, Token);
        Assert.Empty(await AllFilesAsync());
    }

    [Fact]
    public async Task Names_that_differ_are_different_files()
    {
        string[] keys = ["case", "CASE", "\u00c5", "A\u030a", "x", "x ", "x."];
        await SeedAsync(keys);
        foreach (var key in keys)
            Assert.Equal(key, await TextAsync(key));
        Assert.Equal(keys.Order(StringComparer.Ordinal), await AllFilesAsync());
    }

    [Fact]
    public void Addressing_is_pure_and_reversible()
    {
        foreach (var key in new[] { "a", "a/b/c", "a b/ü" })
        {
            Assert.Equal(key, Backend.ToKey(Backend.NativePath(key)));
            var resolved = Backend.Resolve(key);
            Assert.Equal((key, Backend.Name, Backend.NativePath(key)), (resolved.Key, resolved.Backend, resolved.NativePath));
            Assert.NotEmpty(resolved.Kind);
        }
    }

    private IEnumerable<(string Name, Capability Gate, Func<string, Task> Call)> StoreFileOperations()
    {
        yield return ("store.read_bytes", Capability.Read, k => Store.ReadBytesAsync(k, null, Token));
        yield return ("store.get_file_info", Capability.Metadata, k => Store.GetFileInfoAsync(k, Token));
        yield return ("store.write", Capability.Write, k => Store.WriteAsync(k, "x"u8.ToArray(), WriteOptions.Replace, Token));
        yield return ("store.open_atomic", Capability.AtomicWrite, k => Store.OpenAtomicAsync(k, null, Token));
        yield return ("store.delete", Capability.Delete, k => Store.DeleteAsync(k, Tolerant, Token));
        yield return ("store.delete_folder", Capability.Delete, k => Store.DeleteFolderAsync(k, TolerantTree, Token));
        yield return ("store.move_to", Capability.Move, k => Store.MoveAsync("zz-missing", k, MoveCopyOptions.Replace, Token));
        yield return ("store.copy_from", Capability.Copy, k => Store.CopyAsync(k, "zz", MoveCopyOptions.Replace, Token));
    }
}
