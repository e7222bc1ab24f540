using RemoteStore.Local;

namespace RemoteStore.Tests;

/// <summary>
/// One writer is frozen, or killed, between every two of its calls to the file system, while others complete theirs.
/// </summary>
public abstract class LocalFenceTests : IDisposable
{
    private const string Old = "old",
        New = "new",
        Absent = "(absent)";
    private readonly string _root = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(),
        "remotestore-fence-" + Guid.NewGuid().ToString("N")[..12]
    );

    private int _count;

    public enum Victim
    {
        Overwrite,
        Delete,
        Create,
        CommitStaged,
        MoveOver,
    }

    /// <summary>Each letter is a completed call of somebody else: w and v write, d deletes, c creates only, r reads, s sweeps.</summary>
    public static TheoryData<Victim, string> Cases
    {
        get
        {
            var data = new TheoryData<Victim, string>();
            foreach (var victim in Enum.GetValues<Victim>())
            {
                foreach (var others in new[] { "", "r", "w", "wv", "d", "dw", "wd", "dc", "dd", "wdv", "dwd", "s" })
                    data.Add(victim, others);
            }

            return data;
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (Directory.Exists(_root))
            Directory.Delete(_root, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal abstract LocalFiles Files(LocalRoot root);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_frozen_writer_that_continues_takes_nothing_back(Victim victim, string others)
    {
        for (var before = 0; await FreezeAsync(victim, others, before); before++)
        {
            Assert.True(before < 200, "The writer does not come to an end.");
        }
    }

    [Theory]
    [InlineData(Victim.Overwrite)]
    [InlineData(Victim.Delete)]
    [InlineData(Victim.Create)]
    [InlineData(Victim.CommitStaged)]
    [InlineData(Victim.MoveOver)]
    public async Task A_killed_writer_leaves_the_old_or_the_new_file(Victim victim)
    {
        for (var before = 0; await KillAsync(victim, before); before++)
        {
            Assert.True(before < 200, "The writer does not come to an end.");
        }
    }

    /// <summary>
    /// x deletes the source and y replaces it, each only if it is still the version that is moved; r reads it, s sweeps, S does so a day
    /// later.
    /// </summary>
    [Theory]
    [InlineData("")]
    [InlineData("r")]
    [InlineData("x")]
    [InlineData("y")]
    [InlineData("rs")]
    [InlineData("S")]
    [InlineData("rx")]
    [InlineData("Sy")]
    public async Task A_move_over_a_file_and_a_change_of_its_source_come_one_after_the_other(string others)
    {
        for (var before = 0; await FreezeMoveAsync(others, before, kill: false); before++)
        {
            Assert.True(before < 200, "The move does not come to an end.");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("r")]
    [InlineData("x")]
    [InlineData("y")]
    [InlineData("S")]
    public async Task A_killed_move_over_a_file_is_finished_or_taken_back(string others)
    {
        for (var before = 0; await FreezeMoveAsync(others, before, kill: true); before++)
        {
            Assert.True(before < 200, "The move does not come to an end.");
        }
    }

    [Fact]
    public async Task A_look_at_a_file_whose_folder_is_deleted_concurrently_finds_the_file_or_nothing()
    {
        var isDeleting = true;
        for (var before = 0; isDeleting; before++)
        {
            var isLooking = true;
            for (var looked = 0; isLooking; looked++)
                (isDeleting, isLooking) = await LookWhileFolderGoesAsync(before, looked);
        }
    }

    private async Task<(bool IsDeleting, bool IsLooking)> LookWhileFolderGoesAsync(int before, int looked)
    {
        var root = NewRoot();
        var (deleting, looking) = (new Stepper(), new Stepper());
        Open(root).WriteText("d/f", Old);
        var deletion = Run(deleting, b => b.Delete("d/f"));
        var isDeleting = await AdvanceAsync(deleting, deletion, before) && !deletion.IsCompleted;
        deleting.Kill();
        await Record.ExceptionAsync(() => deletion);

        var (read, isThere) = (Absent, false);
        var look = Run(looking, b => (isThere, read) = (b.Exists("d/f"), Read(b, "d/f")));
        var isLooking = await AdvanceAsync(looking, look, looked) && !look.IsCompleted;
        Directory.Delete(Path.Combine(root, "d"), recursive: true);
        while (await looking.TryStep(look)) { }

        await look;
        Assert.Contains((isThere, read), new[] { (true, Old), (true, Absent), (false, Absent) });
        return (isDeleting, isLooking);

        Task Run(Stepper steps, Action<LocalBackend> call)
        {
            var backend = new LocalBackend(Options(root), r => new SteppedFiles(Files(r), steps), TimeProvider.System);
            steps.Hold();
            return OwnThread.Start(() => call(backend));
        }
    }

    private async Task<bool> FreezeMoveAsync(string others, int before, bool kill)
    {
        var root = NewRoot();
        var steps = new Stepper();
        var (work, _) = Start(Victim.MoveOver, root, steps);
        var version = Open(root).GetFileInfo("source").ETag!;
        var isRunning = await AdvanceAsync(steps, work, before) && !work.IsCompleted;
        // What somebody else did to the source, if it was reported that it was done.
        string? done = null;
        foreach (var call in others)
            done = ActOnSource(root, call, version) ?? done;
        if (kill && isRunning)
            steps.Kill();
        while (!kill && await steps.TryStep(work)) { }

        await Record.ExceptionAsync(() => work);
        CleanUp(root);
        var (source, target) = (Read(root, "source"), Read(root));
        string[] allowed = done switch
        {
            null when work.IsCompletedSuccessfully => ["(absent), new"],
            null => ["(absent), new", "new, old"],
            Absent => ["(absent), old"],
            // It may have been moved itself, by a move that was looking at the source only then.
            _ => ["y, old", "(absent), y"],
        };
        Assert.Contains($"{source}, {target}", allowed);
        AssertSettled(root);
        return isRunning;
    }

    private string? ActOnSource(string root, char call, string version)
    {
        switch (call)
        {
            case 'x':
                return Record.Exception(() => Open(root).Delete("source", new DeleteOptions { IfMatch = version })) is null ? Absent : null;
            case 'y':
                return Record.Exception(() => Open(root).WriteText("source", "y", WriteOptions.Matching(version))) is null ? "y" : null;
            case 'S':
                CleanUp(root);
                return null;
            case 's':
                Open(root).CleanUpStaging();
                return null;
            default:
                Read(root, "source");
                return null;
        }
    }

    private void CleanUp(string root) => new LocalBackend(new LocalBackendOptions { Root = root }, Files, new Later()).CleanUpStaging();

    private async Task<bool> FreezeAsync(Victim victim, string others, int before)
    {
        var root = NewRoot();
        var steps = new Stepper();
        var (work, initial) = Start(victim, root, steps);
        var (outcome, running) = (await AdvanceAsync(steps, work, before), !work.IsCompleted);
        // A move has no condition on its destination: until it has seen it, it is yet to come.
        var mayFollow = victim == Victim.MoveOver && !steps.HasMarked;
        Assert.Contains(Read(root), States(victim, initial));
        // What was acknowledged last, and whether the frozen one may still follow it.
        string? last = null;
        foreach (var call in others)
            last = Act(root, call) ?? last;
        if (last is not null)
            Assert.Equal(last, Read(root));
        var seen = Read(root);
        while (await steps.TryStep(work))
        {
            var now = Read(root);
            if (last is null || mayFollow || (last == Absent && MayFollowAbsence(victim)))
                Assert.True(now == seen || now == ResultOf(victim), $"{now} after {seen}");
            else
                Assert.Equal(last, now);
            // Once new, never old again.
            Assert.False(now == initial && seen != initial && initial != Absent, "The old version came back.");
            seen = now;
        }

        var error = await Record.ExceptionAsync(() => work);
        Assert.True(
            error is null or PreconditionFailedException or NotFoundException or AlreadyExistsException or BackendUnavailableException,
            error?.ToString()
        );
        if (last is null && others.Length <= 1)
            Assert.True(error is null && Read(root) == ResultOf(victim), error?.ToString());
        if (last is not null && !mayFollow && !(last == Absent && MayFollowAbsence(victim)))
            Assert.Equal(last, Read(root));
        AssertSettled(root);
        return running && outcome;
    }

    private async Task<bool> KillAsync(Victim victim, int before)
    {
        var root = NewRoot();
        var steps = new Stepper();
        var (work, initial) = Start(victim, root, steps);
        var outcome = await AdvanceAsync(steps, work, before);
        var acknowledged = work.IsCompletedSuccessfully;
        if (!work.IsCompleted)
            steps.Kill();
        await Record.ExceptionAsync(() => work);

        var state = Read(root);
        Assert.Contains(state, States(victim, initial));
        if (acknowledged)
            Assert.Equal(ResultOf(victim), state);
        Assert.Equal(state, Read(root));
        // Nothing blocks the next ones, and nothing comes back after them.
        Act(root, 'w');
        Act(root, 'v');
        Assert.Equal("v", Read(root));
        Act(root, 'd');
        Assert.Equal(Absent, Read(root));
        Act(root, 'c');
        Assert.Equal("c", Read(root));
        CleanUp(root);
        Assert.Equal("c", Read(root));
        AssertSettled(root);
        return !acknowledged && outcome;
    }

    private (Task Work, string Initial) Start(Victim victim, string root, Stepper steps)
    {
        var plain = Open(root);
        string? etag = null;
        if (victim != Victim.Create)
            etag = plain.WriteText("f", Old).ETag;
        plain.WriteText("source", New);
        var backend = new LocalBackend(Options(root), r => new SteppedFiles(Files(r), steps), TimeProvider.System);
        var token = victim == Victim.CommitStaged ? Stage(plain) : "";
        steps.Hold();
        var work = OwnThread.Start(() =>
        {
            switch (victim)
            {
                case Victim.Overwrite:
                    backend.WriteText("f", New, WriteOptions.Matching(etag!));
                    break;
                case Victim.Create:
                    backend.WriteText("f", New, WriteOptions.CreateOnly);
                    break;
                case Victim.CommitStaged:
                    backend.CommitStaged("f", token, WriteOptions.Matching(etag!));
                    break;
                case Victim.MoveOver:
                    backend.Move("source", "f", new MoveCopyOptions { Overwrite = true });
                    break;
                default:
                    backend.Delete("f", new DeleteOptions { IfMatch = etag });
                    break;
            }
        });
        return (work, etag is null ? Absent : Old);
    }

    private static async Task<bool> AdvanceAsync(Stepper steps, Task work, int calls)
    {
        await steps.ReachAsync(work);
        for (var n = 0; n < calls; n++)
        {
            if (!await steps.TryStep(work))
                return false;
        }

        return true;
    }

    private string? Act(string root, char call)
    {
        var backend = Open(root);
        switch (call)
        {
            case 'w' or 'v':
                backend.WriteText("f", $"{call}", WriteOptions.Replace);
                return $"{call}";
            case 'c':
                return Record.Exception(() => backend.WriteText("f", "c", WriteOptions.CreateOnly)) is null ? "c" : null;
            case 'd':
                backend.Delete("f", new DeleteOptions { IgnoreMissing = true });
                return Absent;
            case 's':
                backend.CleanUpStaging();
                return null;
            default:
                Read(root);
                return null;
        }
    }

    private string Read(string root, string key = "f") => Read(Open(root), key);

    private static string Read(LocalBackend backend, string key)
    {
        try
        {
            return backend.ReadText(key);
        }
        catch (NotFoundException)
        {
            return Absent;
        }
    }

    private static string ResultOf(Victim victim) => victim == Victim.Delete ? Absent : New;

    private static string[] States(Victim victim, string initial) => [initial, ResultOf(victim)];

    // Nothing is lost when a file comes to be where none is: that is a write after the deletion.
    private static bool MayFollowAbsence(Victim victim) => victim is Victim.Create or Victim.MoveOver;

    private static string Stage(LocalBackend backend)
    {
        using var writer = backend.OpenAtomic("f", WriteOptions.Replace);
        writer.Write("new"u8);
        return writer.Detach();
    }

    // A move that did not come to be leaves the numbers of its records until the files change.
    private void AssertSettled(string root)
    {
        Open(root).WriteText("source", "changed", WriteOptions.Replace);
        Open(root).WriteText("f", "changed", WriteOptions.Replace);
        var left = Directory
            .EnumerateFileSystemEntries(root, ".~rs.*")
            .Select(p => $"{Path.GetFileName(p)} -> {new FileInfo(p).LinkTarget}");
        if (left.Any())
            Assert.Fail(string.Join('\n', left));
    }

    private static LocalBackendOptions Options(string root) => new() { Root = root, Durable = false };

    private LocalBackend Open(string root) => new(Options(root), Files, TimeProvider.System);

    private string NewRoot()
    {
        var root = Path.Combine(_root, $"{_count++}");
        Directory.CreateDirectory(root);
        return root;
    }

    private sealed class Later : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddDays(2);
    }
}

public sealed class LocalFenceOnLinuxTests : LocalFenceTests
{
    internal override LocalFiles Files(LocalRoot root)
    {
        Assert.SkipUnless(LinuxFiles.IsSupported, "The kernel has no openat2.");
        return new LinuxFiles(root);
    }
}

public sealed class LocalFenceByHardLinkTests : LocalFenceTests
{
    internal override LocalFiles Files(LocalRoot root)
    {
        Assert.SkipUnless(LinuxFiles.IsSupported, "The kernel has no openat2.");
        return new LinuxFiles(root) { PublishByRename = false };
    }
}

public sealed class LocalFencePortableTests : LocalFenceTests
{
    internal override LocalFiles Files(LocalRoot root) => new PortableFiles(root);
}
