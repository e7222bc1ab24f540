using System.Diagnostics;

namespace RemoteStore.Sftp.Tests;

/// <summary>What a file is stays what it is: a secret does not become readable, and a program stays one.</summary>
public sealed class ModeTests(SshServer server)
{
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Program = Secret | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static TheoryData<UnixFileMode, SftpFenceMode> Modes => new(
        from mode in new[] { Secret, Program }
        from fence in Enum.GetValues<SftpFenceMode>()
        select new TheoryDataRow<UnixFileMode, SftpFenceMode>(mode, fence));

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
            Assert.Equal(Secret, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(Path.GetDirectoryName(backend.NativePath("f"))!, ".~tmp.*"))));
            writer.Commit();
        }

        Assert.Equal(mode, ModeOf(backend, "f"));
        backend.Copy("f", "copy");
        backend.Copy("f", "other", TransferOptions.Replace);
        Assert.Equal((mode, mode), (ModeOf(backend, "copy"), ModeOf(backend, "other")));
        backend.Move("copy", "moved");
        Assert.Equal(mode, ModeOf(backend, "moved"));
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

    private static UnixFileMode ModeOf(SftpBackend backend, string key) => File.GetUnixFileMode(backend.NativePath(key));
}
