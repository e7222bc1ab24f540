using System.Diagnostics;

// Modes are those of Unix, where these tests run.
#pragma warning disable CA1416

namespace RemoteStore.Tests;

public abstract partial class LocalContract
{
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Program = Secret | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static TheoryData<UnixFileMode> Modes =>
        [Secret, Program, UnixFileMode.UserRead, Secret | UnixFileMode.GroupRead | UnixFileMode.GroupWrite];

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_file_that_is_replaced_keeps_its_mode(UnixFileMode mode)
    {
        foreach (var fence in Enum.GetValues<LocalFenceMode>())
        {
            var backend = Open(o => o with { Fence = fence });
            backend.Write("f", new byte[1], WriteOptions.Replace);
            File.SetUnixFileMode(InRoot("f"), mode);
            backend.Write("f", new byte[2], WriteOptions.Replace);
            Assert.Equal(mode, ModeOf("f"));
            using (var writer = backend.OpenAtomic("f", WriteOptions.Replace))
            {
                writer.Write(new byte[3]);
                writer.Commit();
            }

            Assert.Equal(mode, ModeOf("f"));
            using (var writer = backend.OpenAtomic("f", WriteOptions.Replace))
            {
                writer.Write(new byte[4]);
                backend.CommitStaged("f", writer.Detach(), WriteOptions.Replace);
            }

            Assert.Equal((4, mode), ((int)backend.GetFileInfo("f").Size, ModeOf("f")));
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_copy_and_a_move_have_the_mode_of_the_source(UnixFileMode mode)
    {
        var backend = Open();
        backend.WriteText("f", "secret");
        backend.WriteText("there", "open");
        backend.WriteText("there too", "open");
        File.SetUnixFileMode(InRoot("f"), mode);
        backend.Copy("f", "copy");
        backend.Copy("f", "there", MoveCopyOptions.Replace);
        backend.Move("f", "moved");
        Assert.Equal([mode, mode, mode], new[] { "copy", "there", "moved" }.Select(ModeOf));
        backend.Move("moved", "there too", MoveCopyOptions.Replace);
        Assert.Equal(mode, ModeOf("there too"));
    }

    [Fact]
    public void New_files_and_folders_have_the_configured_modes_or_those_of_the_umask()
    {
        var plain = Open();
        File.WriteAllText(InRoot("native"), "");
        Directory.CreateDirectory(InRoot("native folder"));
        plain.WriteText("a/f", "x");
        Assert.Equal((ModeOf("native"), ModeOf("native folder")), (ModeOf("a/f"), ModeOf("a")));

        var backend = Open(o => o with { FileMode = "0664", FolderMode = "0775" });
        backend.WriteText("b/c/f", "x");
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead,
            ModeOf("b/c/f")
        );
        Assert.All(new[] { "b", "b/c" }, f => Assert.Equal((UnixFileMode)0x1FD, ModeOf(f)));
        File.SetUnixFileMode(InRoot("b/c/f"), Secret);
        backend.WriteText("b/c/f", "y", WriteOptions.Replace);
        Assert.Equal(Secret, ModeOf("b/c/f"));
    }

    [Theory]
    [InlineData("640", true)]
    [InlineData("0600", true)]
    [InlineData("0400", false)]
    [InlineData("1777", false)]
    [InlineData("0888", false)]
    [InlineData("rw", false)]
    [InlineData("", false)]
    public void A_mode_is_octal_and_lets_the_owner_read_and_write(string mode, bool isValid)
    {
        var error = Record.Exception(() => Open(o => o with { FileMode = mode }));
        Assert.Equal(isValid, error is null);
        if (!isValid)
            Assert.Contains("FileMode must be octal", Assert.IsType<ArgumentException>(error).Message, StringComparison.Ordinal);
        Assert.IsType<ArgumentException>(Record.Exception(() => Open(o => o with { FolderMode = "0644" })));
    }

    [Fact]
    public void What_is_being_written_can_be_read_by_its_owner_only()
    {
        var backend = Open();
        backend.WriteText("f", "x");
        foreach (var key in new[] { "f", "new" })
        {
            using var writer = backend.OpenAtomic(key, WriteOptions.Replace);
            writer.Write(new byte[1]);
            Assert.Equal(Secret, ModeOf(Assert.Single(OnDisk(), n => n.StartsWith(".~tmp.", StringComparison.Ordinal))));
        }
    }

    [Fact]
    public void A_file_that_is_replaced_keeps_its_owner_and_attributes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root can give files away.");
        var backend = Open();
        backend.WriteText("f", "x");
        Run("chown", "1234:5678", InRoot("f"));
        Native.SetAttribute(InRoot("f"), "user.note", "kept");
        backend.WriteText("f", "y", WriteOptions.Replace);
        backend.Copy("f", "copy");
        Assert.Equal("1234:5678", Run("stat", "-c", "%u:%g", InRoot("f")));
        Assert.Equal("0:5678", Run("stat", "-c", "%u:%g", InRoot("copy")));
        Assert.Equal(["kept", "kept"], new[] { "f", "copy" }.Select(n => Native.GetAttribute(InRoot(n), "user.note")));
    }

    [Fact]
    public void An_access_list_is_kept_and_one_of_the_folder_does_not_widen_a_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root is known to be able to.");
        var backend = Open();
        backend.WriteText("f", "x");
        backend.WriteText("plain", "x");
        Assert.SkipUnless(
            Native.TrySetAttribute(InRoot("f"), "system.posix_acl_access", Acl(userPermissions: 6, mask: 4)),
            "The mount has no access lists."
        );
        Assert.True(Native.TrySetAttribute(Root, "system.posix_acl_default", Acl(userPermissions: 6, mask: 6)));
        File.SetUnixFileMode(InRoot("plain"), Secret);
        backend.WriteText("f", "y", WriteOptions.Replace);
        backend.WriteText("plain", "y", WriteOptions.Replace);
        backend.WriteText("new", "y");
        File.WriteAllText(InRoot("native"), "");
        Assert.Equal(Acl(userPermissions: 6, mask: 4), Native.GetAttributeBytes(InRoot("f"), "system.posix_acl_access"));
        Assert.Null(Native.GetAttributeBytes(InRoot("plain"), "system.posix_acl_access"));
        Assert.Equal(Secret, ModeOf("plain"));
        Assert.Equal(
            Native.GetAttributeBytes(InRoot("native"), "system.posix_acl_access"),
            Native.GetAttributeBytes(InRoot("new"), "system.posix_acl_access")
        );
    }

    /// <summary>Version 2, then the owner, a user, the owning group, the mask and all others.</summary>
    private static byte[] Acl(byte userPermissions, byte mask)
    {
        byte[] all = [255, 255, 255, 255];
        return
        [
            2,
            0,
            0,
            0,
            1,
            0,
            6,
            0,
            .. all,
            2,
            0,
            userPermissions,
            0,
            77,
            0,
            0,
            0,
            4,
            0,
            0,
            0,
            .. all,
            16,
            0,
            mask,
            0,
            .. all,
            32,
            0,
            0,
            0,
            .. all,
        ];
    }

    private UnixFileMode ModeOf(string name) => File.GetUnixFileMode(InRoot(name));

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{program} failed");
    }
}
