using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace RemoteStore.Sftp.Tests;

/// <summary>
/// A writer is stopped between every two of its requests, others commit, and the writer continues or is killed. Whatever others were
/// reported is done must be there at the end, and what the late writer was reported must fit in before it.
/// </summary>
public sealed class SteppedFenceTests(SshServer server)
{
    private const string Old = "old ";
    private const string Late = "late ";
    private const string Theirs = "one two ";

    public static TheoryData<string> LateCalls =>
        ["write", "large", "commit", "delete", "move", "move over", "move copy over", "copy over", "create", "create commit"];

    [Theory]
    [MemberData(nameof(LateCalls))]
    public async Task Late_writers_lose_nothing_that_others_have_added(string call) =>
        await AtEveryStepAsync(
            call,
            Two,
            (outcome, files) =>
            {
                var before = outcome is null ? Done(call) : Start(call);
                Assert.Equal(before.Replace("*", Theirs, StringComparison.Ordinal), files);
            }
        );

    [Theory]
    [MemberData(nameof(LateCalls))]
    public async Task Late_writers_lose_nothing_that_others_have_created_again(string call) =>
        await AtEveryStepAsync(call, Recreate, (_, files) => Assert.Contains(TargetOf(call) + "=two ", files, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(LateCalls))]
    public Task Killed_writers_leave_files_that_others_can_use_and_that_are_swept(string call) =>
        KilledAtEveryStepAsync(
            call,
            (scene, killed) =>
            {
                Two(scene.Others, TargetOf(call));
                var text = Encoding.UTF8.GetString(scene.Others.ReadBytes(TargetOf(call)));
                Assert.True(text.EndsWith(Theirs, StringComparison.Ordinal), $"{killed}: {text}");
                // The record of a move that was taken back stays as long as the version that it is over.
                if (call == "move over")
                    scene.Others.Delete("f", new DeleteOptions { IgnoreMissing = true });
                scene.CleanUp();
                Assert.DoesNotContain(scene.Names, n => n.StartsWith(".~", StringComparison.Ordinal));
                Assert.Equal(text, Encoding.UTF8.GetString(scene.Others.ReadBytes(TargetOf(call))));
            }
        );

    [Theory]
    [InlineData("move")]
    [InlineData("move over")]
    public Task Killed_moves_end_when_they_are_repeated(string call) =>
        KilledAtEveryStepAsync(
            call,
            (scene, killed) =>
            {
                var error = Record.Exception(() => scene.Others.Move("f", "g", MoveCopyOptions.Replace));
                Assert.True(error is null or NotFoundException, $"{killed}: {error}");
                Assert.True(scene.Files == $"g={Old}", $"{killed}: {scene.Files}");
            }
        );

    [Theory]
    [InlineData("move", "")]
    [InlineData("move over", ",g=there ")]
    public Task Killed_moves_are_finished_or_taken_back_by_a_write(string call, string target) =>
        KilledAtEveryStepAsync(
            call,
            (scene, killed) =>
            {
                Two(scene.Others, "f");
                Assert.True(scene.Files == $"f={Theirs},g={Old}" || scene.Files == $"f={Old}{Theirs}{target}", $"{killed}: {scene.Files}");
            }
        );

    [Theory]
    [InlineData("move", "")]
    [InlineData("move over", ",g=there ")]
    public Task Killed_moves_are_finished_or_taken_back_by_a_sweep(string call, string target) =>
        KilledAtEveryStepAsync(
            call,
            (scene, killed) =>
            {
                scene.CleanUp();
                Assert.True(scene.Files == $"g={Old}" || scene.Files == $"f={Old}{target}", $"{killed}: {scene.Files}");
            }
        );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_move_whose_server_was_killed_within_the_rename_is_finished(bool bySweep)
    {
        var found = 0;
        await KilledAtEveryStepAsync(
            "move",
            (scene, killed) =>
            {
                if (!scene.TryLinkAsRenameDoes())
                    return;
                found++;
                if (bySweep)
                    scene.CleanUp();
                else
                    Two(scene.Others, "f");
                Assert.True(scene.Files == (bySweep ? $"g={Old}" : $"f={Theirs},g={Old}"), $"{killed}: {scene.Files}");
                scene.CleanUp();
                Assert.DoesNotContain(scene.Names, n => n.StartsWith(".~", StringComparison.Ordinal));
            }
        );
        Assert.True(found > 0);
    }

    [Fact]
    public async Task A_file_that_looks_like_the_moved_one_is_not_taken_for_it()
    {
        var found = 0;
        await KilledAtEveryStepAsync(
            "move",
            (scene, killed) =>
            {
                if (!scene.IsBeforeRename)
                    return;
                found++;
                scene.Others.Write("g", "like"u8.ToArray(), WriteOptions.CreateOnly);
                File.SetLastWriteTimeUtc(scene.Others.NativePath("g"), File.GetLastWriteTimeUtc(scene.Others.NativePath("f")));
                Two(scene.Others, "f");
                Assert.True(scene.Files == $"f={Old}{Theirs},g=like", $"{killed}: {scene.Files}");
            }
        );
        Assert.True(found > 0);
    }

    private async Task KilledAtEveryStepAsync(string call, Action<Scene, string> then)
    {
        for (var step = 0; ; step++)
        {
            using var scene = new Scene(server, call);
            if (!await scene.RunToAsync(step))
                return;
            scene.Kill();
            await scene.OutcomeAsync();
            then(scene, $"{call}, killed at {step}");
        }
    }

    private async Task AtEveryStepAsync(string call, Action<SftpBackend, string> others, Action<Exception?, string> check)
    {
        for (var step = FirstStep(call); ; step++)
        {
            using var scene = new Scene(server, call);
            if (!await scene.RunToAsync(step))
            {
                Assert.InRange(step, 5, 40);
                return;
            }

            others(scene.Others, TargetOf(call));
            scene.Steps.Free();
            var outcome = await scene.OutcomeAsync();
            Assert.True(
                outcome
                    is null
                        or PreconditionFailedException
                        or AlreadyExistsException
                        or NotFoundException
                        or BackendUnavailableException { RefusedBeforeExecution: true },
                outcome?.ToString()
            );
            try
            {
                check(outcome, scene.Files);
            }
            catch (Xunit.Sdk.XunitException e)
            {
                throw new InvalidOperationException(
                    $"{call}, stopped before request {step}, ended with {outcome?.GetType().Name ?? "success"}",
                    e
                );
            }
        }
    }

    private static string TargetOf(string call) => call.EndsWith(" over", StringComparison.Ordinal) ? "g" : "f";

    private static bool Creates(string call) => call.StartsWith("create", StringComparison.Ordinal);

    /// <summary>The files as others leave them when the late call did nothing.</summary>
    private static string Start(string call) =>
        call switch
        {
            "create" or "create commit" => "f=*",
            "move over" or "move copy over" or "copy over" => $"f={Old},g=there *",
            _ => $"f={Old}*",
        };

    /// <summary>The files as others leave them when the late call came first.</summary>
    private static string Done(string call) =>
        call switch
        {
            "delete" => "f=*",
            "move" => $"f=*,g={Old}",
            "move over" or "move copy over" => $"g={Old}*",
            "copy over" => $"f={Old},g={Old}*",
            "create" or "create commit" => $"f={Late}*",
            _ => $"f={Old}{Late}*",
        };

    /// <summary>
    /// The first step at which the late call has seen what it is about to replace; one that has seen nothing is not late.
    /// </summary>
    private static int FirstStep(string call) =>
        call switch
        {
            "move over" or "move copy over" => 2,
            "copy over" => 4,
            _ => 0,
        };

    private static void Two(SftpBackend backend, string key)
    {
        Add(backend, key, "one ");
        Add(backend, key, "two ");
    }

    private static void Recreate(SftpBackend backend, string key)
    {
        Add(backend, key, "one ");
        backend.Delete(key, new DeleteOptions { IfMatch = backend.GetFileInfo(key).ETag });
        Add(backend, key, "two ");
    }

    /// <summary>Compare-and-swap by another process.</summary>
    private static void Add(SftpBackend backend, string key, string text)
    {
        while (true)
        {
            try
            {
                if (!backend.Exists(key))
                {
                    backend.Write(key, Encoding.UTF8.GetBytes(text), WriteOptions.CreateOnly);
                    return;
                }

                using var stream = backend.Read(key);
                using var reader = new StreamReader(stream);
                backend.Write(key, Encoding.UTF8.GetBytes(reader.ReadToEnd() + text), WriteOptions.Matching(stream.Info.ETag!));
                return;
            }
            catch (Exception e) when (e is PreconditionFailedException or NotFoundException)
            {
                // The late writer's record was met and carried out first.
            }
        }
    }

    private sealed class Scene : IDisposable
    {
        private readonly SftpBackend _late;
        private readonly string _call;
        private readonly string _version = "";
        private readonly string? _token;
        private readonly SshServer _server;
        private TamperingTransport? _transport;
        private Task<Exception?> _work = Task.FromResult<Exception?>(null);

        internal Scene(SshServer server, string call)
        {
            (_server, _call) = (server, call);
            var program = server.Require().SftpServer;
            var options = server.Options with { MaxSessions = 1 };
            Others = new SftpBackend(options, () => new PipeTransport(program), TimeProvider.System);
            _late = new SftpBackend(
                options,
                () => _transport = new TamperingTransport(new PipeTransport(program), _ => Steps.Pass()),
                TimeProvider.System
            );
            if (!Creates(call))
                _version = Others.Write("f", Encoding.UTF8.GetBytes(Old)).ETag!;
            if (TargetOf(call) == "g")
                Others.Write("g", "there "u8.ToArray());
            // Over an older file the second name can have the time of the first, over another it cannot.
            if (call == "move over")
                File.SetLastWriteTimeUtc(Others.NativePath("g"), DateTime.UtcNow.AddHours(-1));
            if (call.EndsWith("commit", StringComparison.Ordinal))
                _token = Staged();
            _late.CheckHealth();
        }

        internal SftpBackend Others { get; }

        internal Stepper Steps { get; } = new();

        internal string Files =>
            string.Join(
                ',',
                Others
                    .List("")
                    .Select(e => $"{e.Path}={Encoding.UTF8.GetString(Others.ReadBytes(e.Path)).Replace(".", "", StringComparison.Ordinal)}")
                    .Order(StringComparer.Ordinal)
            );

        internal IEnumerable<string> Names => Directory.GetFileSystemEntries(Others.NativePath("")).Select(p => Path.GetFileName(p));

        public void Dispose()
        {
            Others.Dispose();
            _late.Dispose();
        }

        /// <summary>Runs the late call until it is about to send its request of that number; false when it ends before.</summary>
        internal async Task<bool> RunToAsync(int step)
        {
            Steps.Hold(step);
            _work = Task.Factory.StartNew(
                () =>
                {
                    var outcome = Record.Exception(Call);
                    Steps.End();
                    return outcome;
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
            if (Steps.IsHeld())
                return true;
            Assert.Null(await _work);
            return false;
        }

        internal Task<Exception?> OutcomeAsync() => _work;

        /// <summary>Whether a move is recorded, and its second name not published.</summary>
        internal bool IsBeforeRename =>
            StagedHardLink is not null
            && !File.Exists(Others.NativePath("g"))
            && Names.Any(n =>
                n.StartsWith(".~rs.", StringComparison.Ordinal)
                && new FileInfo(Path.Combine(Others.NativePath(""), n)).LinkTarget?[0] == 'm'
            );

        private string? StagedHardLink => Names.FirstOrDefault(n => n.StartsWith(".~tmp.", StringComparison.Ordinal));

        /// <summary>Publishes the second name of a recorded move by the first of the two calls that OpenSSH's plain rename is.</summary>
        internal bool TryLinkAsRenameDoes()
        {
            if (!IsBeforeRename)
                return false;
            using var link = Process.Start("ln", [Path.Combine(Others.NativePath(""), StagedHardLink!), Others.NativePath("g")]);
            link.WaitForExit();
            return link.ExitCode == 0;
        }

        internal void Kill()
        {
            Steps.Kill();
            _transport!.Kill();
        }

        /// <summary>
        /// Lists the folder as somebody does two days later, who then waits until the server has done what that asked for.
        /// </summary>
        internal void CleanUp()
        {
            var program = _server.SftpServer;
            var clock = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(2));
            using var sweeper = new SftpBackend(
                _server.Options with
                {
                    Root = Others.NativePath(""),
                    MaxSessions = 1,
                },
                () => new PipeTransport(program),
                clock
            );
            for (var round = 0; round < 2; round++)
                _ = sweeper.List("").Count();
            sweeper.CheckHealth();
        }

        private string Staged()
        {
            using var writer = _late.OpenAtomic("f", Creates(_call) ? WriteOptions.CreateOnly : WriteOptions.Matching(_version));
            writer.Write(Encoding.UTF8.GetBytes(Creates(_call) ? Late : Old + Late));
            return writer.Detach();
        }

        private void Call()
        {
            var changed = Encoding.UTF8.GetBytes(Old + Late);
            switch (_call)
            {
                case "write":
                    _late.Write("f", changed, WriteOptions.Matching(_version));
                    break;
                case "large":
                    _late.Write("f", (byte[])[.. changed, .. Enumerable.Repeat((byte)'.', 100_000)], WriteOptions.Matching(_version));
                    break;
                case "commit":
                    _late.CommitStaged("f", _token!, WriteOptions.Matching(_version));
                    break;
                case "delete":
                    _late.Delete("f", new DeleteOptions { IfMatch = _version });
                    break;
                case "move":
                    _late.Move("f", "g", new MoveCopyOptions { IfMatch = _version });
                    break;
                case "move over" or "move copy over":
                    _late.Move("f", "g", new MoveCopyOptions { Overwrite = true, IfMatch = _version });
                    break;
                case "copy over":
                    _late.Copy("f", "g", new MoveCopyOptions { Overwrite = true, IfMatch = _version });
                    break;
                case "create":
                    _late.Write("f", Encoding.UTF8.GetBytes(Late), WriteOptions.CreateOnly);
                    break;
                default:
                    _late.CommitStaged("f", _token!, WriteOptions.CreateOnly);
                    break;
            }
        }
    }
}
