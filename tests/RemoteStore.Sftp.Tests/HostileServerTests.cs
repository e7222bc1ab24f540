using System.Text;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Tests;

/// <summary>
/// A server whose answers are wrong: each becomes an error of the store's own family, never wrong bytes and never an endless loop.
/// </summary>
public sealed class HostileServerTests
{
    private const int MaxRequests = 3000;
    private static readonly int Step = Environment.GetEnvironmentVariable("REMOTESTORE_LONG") == "1" ? 1 : 5;
    private static readonly string Long = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i:x8}"));

    private static readonly Dictionary<string, Action<SftpBackend>> Operations = new()
    {
        ["health"] = b => b.CheckHealth(),
        ["kind"] = b => b.GetKind("f"),
        ["kind of nothing"] = b => b.GetKind("none"),
        ["info"] = b => b.GetFileInfo("f"),
        ["read"] = b => b.ReadBytes("f"),
        ["range"] = b => b.ReadBytes("f", ReadOptions.At(2, 3)),
        ["list"] = b => _ = b.List("").ToList(),
        ["list a tree"] = b => b.GetFolderInfo(""),
        ["create"] = b => b.Write("new", new byte[10]),
        ["create only"] = b => b.Write("new", new byte[10], WriteOptions.CreateOnly),
        ["create below new folders"] = b => b.Write("x/y/new", new byte[10]),
        ["replace"] = b => b.Write("f", new byte[10], WriteOptions.Replace),
        ["stage and commit"] = b =>
        {
            using var writer = b.OpenAtomic("f", WriteOptions.Replace);
            writer.Write(new byte[10]);
            b.CommitStaged("f", writer.Detach(), WriteOptions.Replace);
        },
        ["delete"] = b => b.Delete("f"),
        ["delete a tree"] = b => b.DeleteFolder("d", new DeleteFolderOptions { Recursive = true }),
        ["move"] = b => b.Move("f", "moved"),
        ["move over a file"] = b => b.Move("f", "d/g", MoveCopyOptions.Replace),
        ["copy"] = b => b.Copy("f", "copied"),
        ["maintain"] = b => _ = b.MaintainAsync(TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult(),
    };

    public static TheoryData<string> AllOperations => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(AllOperations))]
    public void Any_wrong_answer_is_a_typed_error(string operation)
    {
        var honest = Run(operation, null);
        Assert.True(honest.Error is null, $"{operation}: {honest.Error}");
        Assert.NotInRange(honest.Requests, 0, 2);
        for (var index = 0; index < honest.Requests; index++)
        {
            // Each is run with REMOTESTORE_LONG=1, one in some others by default.
            for (var variant = index % Step; Run(operation, (index, variant)) is { Name: { } name } outcome; variant += Step)
                Assert.True(outcome.Error is null or RemoteStoreException, $"{operation}, answer {index}, {name}: {outcome.Error}");
        }
    }

    [Fact]
    public void Data_beyond_what_was_asked_is_refused()
    {
        var files = Files();
        files.Add("f", Long);
        using var backend = ScriptedServer.Backend(
            files,
            (request, honest) => request.Kind == PacketKind.Read ? Packets.Data(request, new byte[300_000]) : honest
        );
        Assert.Equal(
            ErrorCodes.MalformedResponse,
            Assert.Throws<BackendUnavailableException>(() => backend.ReadBytes("f", ReadOptions.At(0, 20))).Code
        );
        Assert.Equal(ErrorCodes.MalformedResponse, Assert.Throws<BackendUnavailableException>(() => backend.ReadBytes("f")).Code);
    }

    [Fact]
    public void A_file_that_grew_while_it_was_opened_is_read_to_the_size_it_had()
    {
        var files = Files();
        using var backend = ScriptedServer.Backend(
            files,
            (request, honest) =>
            {
                if (request.Kind == PacketKind.HandleStat)
                    files["f"].Content = [.. files["f"].Content, .. "and more"u8];
                return honest;
            }
        );
        using var stream = backend.Read("f");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        Assert.Equal("content", Encoding.UTF8.GetString(copy.ToArray()));
    }

    [Fact]
    public void A_file_without_a_size_is_refused_and_not_read_as_empty()
    {
        using var backend = ScriptedServer.Backend(
            Files(),
            (request, honest) =>
                request.Kind is PacketKind.HandleStat or PacketKind.Stat
                    ? Packets.Seal(
                        PacketWriter.Request(PacketKind.Attributes).UInt32(Packets.PermissionsFlag).UInt32(ScriptedFiles.Regular),
                        request
                    )
                    : honest
        );
        foreach (
            var call in new Action[]
            {
                () => backend.ReadBytes("f"),
                () => backend.Read("f"),
                () => backend.GetFileInfo("f"),
                () => backend.Copy("f", "g"),
            }
        )
            Assert.Equal(SftpErrorCodes.NoSize, Assert.Throws<BackendUnavailableException>(call).Code);
    }

    [Fact]
    public void A_listing_without_attributes_asks_for_those_of_each_name()
    {
        var files = Files();
        using var backend = ScriptedServer.Backend(
            files,
            (request, honest) =>
                request.Kind == PacketKind.ReadFolder && honest[4] == (byte)PacketKind.Names
                    ? Packets.Seal(
                        PacketWriter.Request(PacketKind.Names).UInt32(2).Text("f").Text("").UInt32(0).Text("d").Text("").UInt32(0),
                        request
                    )
                    : honest
        );
        Assert.Equal(["d", "f"], backend.List("").Select(e => e.Path).Order());
        Assert.Equal(7, backend.List("").OfType<RemoteFileInfo>().Single().Size);
    }

    [Fact]
    public void A_size_that_no_file_has_hides_one_name_and_fails_its_read()
    {
        var files = Files();
        using var backend = ScriptedServer.Backend(
            files,
            (request, honest) =>
                request.Kind switch
                {
                    PacketKind.ReadFolder when honest[4] == (byte)PacketKind.Names => Packets.Seal(
                        Huge(Huge(PacketWriter.Request(PacketKind.Names).UInt32(3).Text("huge").Text("")).Text("huge2").Text(""))
                            .Text("f")
                            .Text("")
                            .UInt32(0),
                        request
                    ),
                    PacketKind.Stat or PacketKind.LinkStat when request.Peek().Contains("huge", StringComparison.Ordinal) => Packets.Seal(
                        Huge(PacketWriter.Request(PacketKind.Attributes)),
                        request
                    ),
                    _ => honest,
                }
        );
        Assert.Equal(["f"], backend.List("").Select(e => e.Path));
        Assert.Equal(SftpErrorCodes.NoSize, Assert.Throws<BackendUnavailableException>(() => backend.GetFileInfo("huge")).Code);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("dots")]
    [InlineData("the same again")]
    public void A_listing_that_does_not_move_on_ends_with_an_error(string kind)
    {
        var asked = 0;
        using var backend = ScriptedServer.Backend(
            Files(),
            (request, honest) =>
                request.Kind != PacketKind.ReadFolder ? honest
                : ++asked > MaxRequests ? throw new InvalidOperationException("The listing does not end.")
                : kind switch
                {
                    "empty" => Packets.Names(request, []),
                    "dots" => Packets.Names(request, [(".", new ScriptedFile()), ("..", new ScriptedFile())]),
                    _ => Packets.Names(request, [("a", new ScriptedFile { Mode = ScriptedFiles.Regular })]),
                }
        );
        Assert.Equal(ErrorCodes.MalformedResponse, Assert.Throws<BackendUnavailableException>(() => backend.List("").ToList()).Code);
        Assert.Throws<BackendUnavailableException>(() => backend.DeleteFolder("d", new DeleteFolderOptions { Recursive = true }));
    }

    [Fact]
    public async Task An_endless_listing_of_hidden_names_can_be_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        var asked = 0;
        using var backend = ScriptedServer.Backend(
            Files(),
            (request, honest) =>
            {
                if (request.Kind != PacketKind.ReadFolder)
                    return honest;
                if (++asked == 50)
                    cancelled.Cancel();
                return asked > MaxRequests
                    ? throw new InvalidOperationException("The listing was not cancelled.")
                    : Packets.Names(request, [($".~tmp.{asked}", new ScriptedFile { LastModified = uint.MaxValue })]);
            }
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await backend.Driver.ListAsync("", recursive: false, null, 100, cancelled.Token)
        );
    }

    [Fact]
    public void A_name_with_a_slash_is_no_entry()
    {
        using var backend = ScriptedServer.Backend(
            Files(),
            (request, honest) =>
                request.Kind == PacketKind.ReadFolder && honest[4] == (byte)PacketKind.Names
                    ? Packets.Names(
                        request,
                        [
                            ("a/b", new ScriptedFile { Mode = ScriptedFiles.Regular }),
                            ("../x", new ScriptedFile { Mode = ScriptedFiles.Regular }),
                        ]
                    )
                    : honest
        );
        Assert.Empty(backend.List(""));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public void Another_version_of_the_protocol_is_refused(uint version)
    {
        var files = new ScriptedFiles { Version = version };
        using var backend = ScriptedServer.Backend(files);
        Assert.Equal(ErrorCodes.MalformedResponse, Assert.Throws<BackendUnavailableException>(backend.CheckHealth).Code);
    }

    [Theory]
    [InlineData(0UL, 0UL, 0UL, 256 * 1024, 256 * 1024)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 256 * 1024, 256 * 1024)]
    [InlineData(262144UL, 1UL, 2UL, 32 * 1024, 32 * 1024)]
    [InlineData(34000UL, 262144UL, 262144UL, 32 * 1024, 32 * 1024)]
    [InlineData(262144UL, 8192UL, 100000UL, 8192, 98304)]
    [InlineData(1UL, 65536UL, 65536UL, 64 * 1024, 64 * 1024)]
    public void Absurd_limits_are_replaced_by_what_every_server_takes(ulong packet, ulong read, ulong write, int readBlock, int writeBlock)
    {
        using var backend = ScriptedServer.Backend(new ScriptedFiles { Limits = [packet, read, write, 0] });
        backend.CheckHealth();
        Assert.Equal((readBlock, writeBlock), (backend.Driver.Features!.ReadBlock, backend.Driver.Features.WriteBlock));
    }

    [Fact]
    public void Limits_that_are_refused_leave_the_defaults()
    {
        using var backend = ScriptedServer.Backend(
            Files(),
            (request, honest) => request.Name == "limits@openssh.com" ? Packets.Status(request, StatusCode.Unsupported) : honest
        );
        Assert.Equal("content", Encoding.UTF8.GetString(backend.ReadBytes("f")));
    }

    [Fact]
    public void An_extension_of_another_version_is_not_used()
    {
        var files = new ScriptedFiles { Extensions = [] };
        using var backend = ScriptedServer.Backend(
            files,
            (request, honest) =>
                request.Kind == PacketKind.Init
                    ? Packets.WithoutId(PacketWriter.Request(PacketKind.Version).UInt32(3).Text("hardlink@openssh.com").Text("9"))
                    : honest
        );
        backend.CheckHealth();
        Assert.False(backend.Capabilities.Supports(Capability.CreateOnly));
    }

    [Fact]
    public void A_tree_whose_removed_names_are_listed_again_ends_with_an_error()
    {
        var removed = 0;
        var files = Files();
        using var backend = ScriptedServer.Backend(
            files,
            (request, honest) =>
            {
                if (request.Kind == PacketKind.Remove)
                    files.Add("d/g", "comes back");
                return ++removed > MaxRequests ? throw new InvalidOperationException("The deletion does not end.") : honest;
            }
        );
        Assert.Throws<BackendUnavailableException>(() => backend.DeleteFolder("d", new DeleteFolderOptions { Recursive = true }));
    }

    private static PacketWriter Huge(PacketWriter packet) =>
        packet.UInt32(Packets.SizeFlag | Packets.PermissionsFlag).UInt64(ulong.MaxValue).UInt32(ScriptedFiles.Regular);

    private static ScriptedFiles Files()
    {
        var files = new ScriptedFiles();
        files.Add("f", "content");
        files.All[$"{ScriptedFiles.Root}/d"] = new ScriptedFile { Mode = ScriptedFiles.Folder | 0x1ED };
        files.Add("d/g", "other");
        files.Add(".~tmp.x.0123456789abcdef", "staged");
        return files;
    }

    /// <summary>Runs an operation with one wrong answer.</summary>
    /// <returns>What was wrong, null when there is no such variant; the failure; how many requests there were.</returns>
    private static (string? Name, Exception? Error, int Requests) Run(string operation, (int Index, int Variant)? wrong)
    {
        var (count, name) = (0, (string?)null);
        using var backend = ScriptedServer.Backend(
            Files(),
            (request, honest) =>
            {
                if (count > MaxRequests)
                    throw new InvalidOperationException("The operation does not end.");
                if (count++ != wrong?.Index)
                    return honest;
                (name, var bytes) = Corruptions.Of(request, honest).ElementAtOrDefault(wrong.Value.Variant);
                return bytes?.Invoke() ?? honest;
            }
        );
        var error = Record.Exception(() => Operations[operation](backend));
        return (name, error, count);
    }
}
