using System.Diagnostics;

namespace RemoteStore.Sftp.Tests;

/// <summary>What a file is stays what it is: a secret does not become readable, and a program stays one.</summary>
public sealed class ModeTests(SshServer server)
{
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Program = Secret | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static TheoryData<UnixFileMode, SftpFenceMode> Modes =>
        new(
            from mode in new[] { Secret, Program }
            from fence in Enum.GetValues<SftpFenceMode>()
            select new TheoryDataRow<UnixFileMode, SftpFenceMode>(mode, fence)
        );

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_replaced_file_keeps_its_mode_and_a_copy_has_its_sources(UnixFileMode mode, SftpFenceMode fence)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are those of Unix.");
        using var backend = new SftpBackend(server.Require().Options with { Fence = fence });
        backend.Write("f", new byte[1]);
        backend.Write("other", new byte[1]);
        File.SetUnixFileMode(backend.NativePath("f"), mode);

        backend.Write("f", new byte[2], WriteOptions.Replace);
        Assert.Equal(mode, ModeOf(backend, "f"));
        using (var writer = backend.OpenAtomic("f", WriteOptions.Replace))
        {
            writer.Write(new byte[300_000]);
            AssertIsSecret(Path.GetDirectoryName(backend.NativePath("f"))!);
            writer.Commit();
        }

        Assert.Equal(mode, ModeOf(backend, "f"));
        backend.Copy("f", "copy");
        backend.Copy("f", "other", MoveCopyOptions.Replace);
        Assert.Equal((mode, mode), (ModeOf(backend, "copy"), ModeOf(backend, "other")));
        backend.Move("copy", "moved");
        Assert.Equal(mode, ModeOf(backend, "moved"));
    }

    [Theory]
    [InlineData(SftpFenceMode.Auto)]
    [InlineData(SftpFenceMode.None)]
    public void New_files_and_folders_have_the_modes_of_the_options(SftpFenceMode fence)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are those of Unix.");
        using var backend = new SftpBackend(server.Require().Options with { Fence = fence, FileMode = "0660", FolderMode = "0770" });
        backend.Write("a/b/bytes", new byte[1]);
        using (var writer = backend.OpenAtomic("a/streamed"))
        {
            writer.Write(new byte[300_000]);
            AssertIsSecret(backend.NativePath("a"));
            writer.Commit();
        }

        const UnixFileMode group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        Assert.Equal((Secret | group, Secret | group), (ModeOf(backend, "a/b/bytes"), ModeOf(backend, "a/streamed")));
        const UnixFileMode folder = Secret | group | UnixFileMode.UserExecute | UnixFileMode.GroupExecute;
        Assert.Equal((folder, folder), (ModeOf(backend, "a"), ModeOf(backend, "a/b")));
    }

    [Theory]
    [InlineData("FileMode", "0400")]
    [InlineData("FileMode", "rw")]
    [InlineData("FolderMode", "0660")]
    public void Mode_that_shuts_the_owner_out_is_refused(string property, string mode)
    {
        var options = new SftpBackendOptions { Host = "host", User = "user" };
        options = property == "FileMode" ? options with { FileMode = mode } : options with { FolderMode = mode };
        Assert.Contains(property, Assert.Throws<ArgumentException>(() => new SftpBackend(options)).Message, StringComparison.Ordinal);
    }

    /// <summary>The protocol has no later second: the version after it is dated earlier, so that it has an ETag of its own.</summary>
    [Fact]
    public void A_version_after_the_last_second_has_another_ETag()
    {
        using var backend = new SftpBackend(server.Require().Options);
        backend.Write("f", new byte[1]);
        using (var touch = Process.Start("touch", ["-d", "@4294967295", backend.NativePath("f")]))
            touch.WaitForExit();
        var last = backend.GetFileInfo("f").ETag!;
        Assert.NotEqual(last, backend.Write("f", new byte[1], WriteOptions.Matching(last)).ETag);
        Assert.NotEqual(last, backend.GetFileInfo("f").ETag);
        Assert.Throws<PreconditionFailedException>(() => backend.Write("f", new byte[1], WriteOptions.Matching(last)));
    }

    /// <summary>The server handles requests for a file in order: where there are bytes, the mode was set before.</summary>
    private static void AssertIsSecret(string folder)
    {
        var staged = new FileInfo(Assert.Single(Directory.GetFiles(folder, ".~tmp.*")));
        Assert.True(SpinWait.SpinUntil(() => new FileInfo(staged.FullName).Length > 0, TimeSpan.FromSeconds(30)));
        Assert.Equal(Secret, staged.UnixFileMode);
    }

    private static UnixFileMode ModeOf(SftpBackend backend, string key) => File.GetUnixFileMode(backend.NativePath(key));
}
