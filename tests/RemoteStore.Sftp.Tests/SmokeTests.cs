using System.Text;

namespace RemoteStore.Sftp.Tests;

public sealed class SmokeTests(SshServer server)
{
    [Fact]
    public void Writes_and_reads()
    {
        using var backend = new SftpBackend(server.Require().Options);
        backend.CheckHealth();
        var result = backend.Write("a/b", Encoding.UTF8.GetBytes("hello"));
        Assert.Equal(backend.GetFileInfo("a/b").ETag, result.ETag);
        Assert.Equal("hello", Encoding.UTF8.GetString(backend.ReadBytes("a/b")));
        Assert.Equal(["a", "a/b"], backend.List("", new ListOptions { Recursive = true }).Select(e => e.Path));
        Assert.True(backend.IsDurable);
    }
}
