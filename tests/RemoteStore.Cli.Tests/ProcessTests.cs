using System.Diagnostics;
using System.Text.Json;

namespace RemoteStore.Cli.Tests;

/// <summary>The program itself: what becomes of its output, and what signals leave behind.</summary>
public sealed class ProcessTests : CliFixture
{
    public ProcessTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /bin/sh, /dev/full and signals.");
        Directory.CreateDirectory(Path.Combine(Folder, "files"));
        Local(
            "stores.json",
            JsonSerializer.Serialize(
                new
                {
                    RemoteStore = new
                    {
                        Backends = new { disk = new { Type = "local", Root = Path.Combine(Folder, "files") } },
                        Stores = new { main = new { Backend = "disk" } },
                    },
                }
            )
        );
    }

    [Theory]
    [InlineData("stat f")]
    [InlineData("cat f")]
    [InlineData("ping")]
    [InlineData("ls")]
    [InlineData("--help")]
    public async Task A_full_standard_output_is_one_line_and_code_1(string command)
    {
        Local("files/f", "content");
        var (code, error) = await ShellAsync($"$CLI {command} > /dev/full");
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Equal("remotestore: Standard output cannot be written: No space left on device.\n", error);
    }

    [Fact]
    public async Task A_reader_that_closes_the_pipe_ends_the_download()
    {
        // Longer than anybody waits: the file is sparse, and has more bytes than a disk.
        using (var big = new FileStream(Path.Combine(Folder, "files/big"), FileMode.CreateNew))
            big.SetLength(4L << 40);
        var (code, error) = await ShellAsync("{ $CLI cat big; echo $? > code; } | head -c 1 > /dev/null; exit $(cat code)");
        Assert.Equal(ExitCodes.BrokenPipe, code);
        Assert.Empty(error);
    }

    [Fact]
    public async Task Output_appends_to_what_other_commands_wrote()
    {
        Local("files/f", "content");
        await ShellAsync("{ echo first; $CLI cat f; echo; echo last; } > out");
        Assert.Equal("first\ncontent\nlast\n", await File.ReadAllTextAsync(Path.Combine(Folder, "out"), Token));
    }

    [Theory]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_leaves_no_temporary_file(string signal, int expected)
    {
        Assert.SkipWhen(
            signal == "HUP" && IgnoresHangup(),
            "This process was started to ignore SIGHUP, as nohup does, and its children inherit that."
        );
        using (var big = new FileStream(Path.Combine(Folder, "files/big"), FileMode.CreateNew))
            big.SetLength(4L << 40);
        var target = Directory.CreateDirectory(Path.Combine(Folder, "target")).FullName;
        // The files that arrive are limited, so that a slow signal fills no disk; reaching the limit is code 153 and fails the test.
        var created = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(target) { EnableRaisingEvents = true };
        watcher.Created += (_, e) => created.TrySetResult(e.FullPath);
        using var process = Start("ulimit -f 8000000; exec $CLI get big target/copy");
        Assert.EndsWith(".part", await created.Task.WaitAsync(TimeSpan.FromMinutes(1), Token), StringComparison.Ordinal);

        using var kill = Process.Start("/bin/kill", [$"-{signal}", $"{process.Id}"]);
        await process.WaitForExitAsync(Token);

        Assert.Equal(expected, process.ExitCode);
        Assert.Empty(Directory.GetFiles(target));
    }

    private static bool IgnoresHangup()
    {
        const string Line = "SigIgn:";
        var ignored = File.ReadLines("/proc/self/status").Single(l => l.StartsWith(Line, StringComparison.Ordinal))[Line.Length..].Trim();
        return (Convert.ToUInt64(ignored, 16) & 1) != 0;
    }

    private async Task<(int Code, string Error)> ShellAsync(string command)
    {
        using var process = Start(command);
        var error = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, error);
    }

    private Process Start(string command)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = Folder,
            RedirectStandardError = true,
            ArgumentList = { "-c", command },
        };
        start.Environment["CLI"] = $"dotnet {typeof(CliApp).Assembly.Location} --config {Path.Combine(Folder, "stores.json")}";
        return Process.Start(start)!;
    }
}
