using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Tests;

/// <summary>What a refusal of the server is reported as: by what was asked of it, and without its own words.</summary>
public sealed class RefusalTests
{
    private const string ServersWords = "user@internal-host: /secret/path";

    public static TheoryData<string> Writes => ["bytes", "stream", "atomic", "copy", "move by a copy", "folders"];

    [Theory]
    [MemberData(nameof(Writes))]
    public void A_full_disk_is_reported_alike_by_every_way_to_write(string way)
    {
        var files = new ScriptedFiles { Extensions = [.. ScriptedFiles.AllExtensions.Where(e => e != "copy-data")] };
        files.Add("source", "content");
        files.Add("later", "content").LastModified = files.Now + 10;
        using var backend = ScriptedServer.Backend(
            files,
            (request, honest) =>
                request.Kind is PacketKind.Write or PacketKind.MakeFolder
                    ? Packets.Status(request, StatusCode.Failure, ServersWords)
                    : honest
        );
        var error = Assert.ThrowsAny<RemoteStoreException>(() => Write(backend, way));
        Assert.Contains("its disk or a quota may be full", error.Detail, StringComparison.Ordinal);
        Assert.Equal("SSH_FX_4", error.NativeCode);
        Assert.DoesNotContain(files.Names, n => n.StartsWith(".~tmp.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(4711)]
    public void A_refusal_says_what_happened_without_the_words_of_the_server(int code)
    {
        using var backend = ScriptedServer.Backend(
            new ScriptedFiles(),
            (request, honest) =>
                request.Kind is PacketKind.Init || request.Name == "limits@openssh.com"
                    ? honest
                    : Packets.Status(request, (StatusCode)code, ServersWords)
        );
        foreach (
            var call in new Action[]
            {
                () => backend.GetFileInfo("f"),
                () => backend.ReadBytes("f"),
                () => backend.Write("f", new byte[1]),
                () => backend.Delete("f"),
            }
        )
        {
            var error = Assert.ThrowsAny<RemoteStoreException>(call);
            Assert.DoesNotContain("internal-host", error.Message, StringComparison.Ordinal);
            Assert.NotEmpty(error.Detail);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(0)]
    public void A_server_that_keeps_fewer_bytes_than_it_took_publishes_nothing(int kept)
    {
        var files = new ScriptedFiles();
        using var backend = ScriptedServer.Backend(
            files,
            (request, honest) =>
                request.Kind == PacketKind.HandleStat
                    ? Packets.Seal(
                        Packets.Write(
                            PacketWriter.Request(PacketKind.Attributes),
                            new ScriptedFile { Content = new byte[kept], Mode = ScriptedFiles.Regular }
                        ),
                        request
                    )
                    : honest
        );
        Assert.True(Assert.ThrowsAny<RemoteStoreException>(() => backend.Write("f", new byte[20])).IsTransient);
        Assert.Empty(files.Names);
    }

    private static void Write(SftpBackend backend, string way)
    {
        switch (way)
        {
            case "bytes":
                backend.Write("f", new byte[100]);
                break;
            case "stream":
                using (var content = new MemoryStream(new byte[300_000]))
                    backend.Write("f", WriteContent.FromStream(content));
                break;
            case "atomic":
                using (var writer = backend.OpenAtomic("f"))
                {
                    writer.Write(new byte[100]);
                    writer.Commit();
                }

                break;
            case "copy":
                backend.Copy("source", "f");
                break;
            case "move by a copy":
                backend.Move("source", "later", MoveCopyOptions.Replace);
                break;
            default:
                backend.Write("x/y/f", new byte[100]);
                break;
        }
    }
}
