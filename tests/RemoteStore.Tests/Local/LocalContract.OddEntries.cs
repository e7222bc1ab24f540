using System.Globalization;

namespace RemoteStore.Tests;

public abstract partial class LocalContract
{
    [Theory]
    [InlineData(253402300800L)]
    [InlineData(-62135596801L)]
    [InlineData(-1L)]
    [InlineData(0L)]
    [InlineData(4294967295L)]
    [InlineData(1L << 40)]
    [InlineData(-(1L << 40))]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void A_time_that_dotnet_does_not_have_hides_and_blocks_nothing(long seconds)
    {
        var backend = Open();
        backend.WriteText("d/good", "x");
        backend.WriteText("d/bad", "old");
        backend.WriteText("d/other", "x");
        foreach (var name in new[] { "d/bad", "d/other" })
            Assert.SkipUnless(Native.TryStamp(InRoot(name), seconds), "The mount takes no such time.");
        Native.TryStamp(InRoot("d"), seconds);

        Assert.Equal(["d/bad", "d/good", "d/other"], Names(backend, "d"));
        Assert.Equal(3, backend.GetFolderInfo("").FileCount);
        var info = backend.GetFileInfo("d/bad");
        Assert.Equal("old", backend.ReadText("d/bad"));
        var next = backend.WriteText("d/bad", "new", WriteOptions.Matching(info.ETag!));
        Assert.NotEqual(info.ETag, next.ETag);
        Assert.Equal(backend.GetFileInfo("d/bad").ETag, next.ETag);
        Assert.Throws<PreconditionFailedException>(() => backend.WriteText("d/bad", "bad", WriteOptions.Matching(info.ETag!)));
        backend.Copy("d/bad", "d/copy");
        backend.Move("d/bad", "d/other", MoveCopyOptions.Replace);
        Assert.Equal("new", backend.ReadText("d/other"));
        backend.Delete("d/other");
        backend.DeleteFolder("d", new DeleteFolderOptions { Recursive = true });
    }

    [Fact]
    public void A_hundred_versions_of_a_file_at_the_last_moment_differ()
    {
        var backend = Open();
        backend.WriteText("f", "0");
        Native.TryStamp(InRoot("f"), long.MaxValue);
        var seen = new HashSet<string> { backend.GetFileInfo("f").ETag! };
        for (var i = 1; i < 100; i++)
            Assert.True(
                seen.Add(backend.WriteText("f", string.Create(CultureInfo.InvariantCulture, $"{i % 10}"), WriteOptions.Replace).ETag!)
            );
    }

    [Fact]
    public void Sizes_that_add_up_to_more_than_a_number_holds_are_counted_to_its_end()
    {
        var backend = Open();
        foreach (var name in new[] { "one", "two", "three" })
        {
            backend.WriteText(name, "x");
            Assert.SkipUnless(Native.TryResize(InRoot(name), long.MaxValue - 4096), "The mount has no files of that size.");
        }

        Assert.Equal(long.MaxValue, backend.GetFolderInfo("").TotalSize);
        Assert.Throws<RemoteStoreException>(() => backend.ReadBytes("one"));
        Assert.Equal("x\0", System.Text.Encoding.UTF8.GetString(backend.ReadBytes("one", ReadOptions.At(0, 2))));
    }

    [Theory]
    [InlineData("p0123456789abcdef ../../outside")]
    [InlineData("p0123456789abcdef sub/f")]
    [InlineData("x0123456789abcdef ..")]
    [InlineData("m0123456789abcdef ../x/f")]
    [InlineData("1-1.0-1.0123456789abcdef ../outside")]
    [InlineData("t/../../outside f")]
    [InlineData("junk")]
    public void A_record_that_leads_elsewhere_is_not_carried_out(string text)
    {
        var backend = Open();
        File.WriteAllText(Outside("outside"), "outside");
        File.WriteAllText(InRoot("f"), "x");
        Directory.CreateDirectory(InRoot(".~tmp..."));
        File.CreateSymbolicLink(InRoot(".~rs.0123456789abcdef0123456789abcdef.1-1.0-1.0"), text);
        File.CreateSymbolicLink(InRoot(".~rs.0123456789abcdef0123456789abcdef.x.0"), text);
        Clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(["f"], Names(backend));
        backend.CleanUpStaging();
        Assert.Equal("outside", File.ReadAllText(Outside("outside")));
        Assert.Equal("x", backend.ReadText("f"));
    }

    [Theory]
    [InlineData(".~tmp.x")]
    [InlineData(".~TMP.x")]
    [InlineData(".~Rs.x")]
    [InlineData(".~bAk.x")]
    [InlineData(".~r\u017F.x")]
    [InlineData(".~ba\u212A.x")]
    [InlineData(".~t\u00ADmp.x")]
    [InlineData("\u200B.~tmp.x")]
    [InlineData(".~rs\uFE0F.x")]
    public void A_reserved_name_is_refused_in_every_spelling(string name)
    {
        var backend = Open();
        Assert.Throws<InvalidPathException>(() => backend.WriteText(name, "x"));
        Assert.Throws<InvalidPathException>(() => backend.WriteText($"d/{name}/f", "x"));
        File.WriteAllText(InRoot(name), "");
        Assert.Empty(Names(backend));
    }

    [Theory]
    [InlineData(".~tm")]
    [InlineData(".~tmp")]
    [InlineData(".tmp.x")]
    [InlineData("~.tmp.x")]
    [InlineData(".~\u0442mp.x")]
    public void A_name_that_only_looks_alike_is_a_name(string name) => Assert.Equal(1, Open().WriteText(name, "x").Size);
}
