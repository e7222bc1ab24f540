using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using RemoteStore.Local;

namespace RemoteStore.Tests;

/// <summary>
/// Lets calls to the file system through one by one, or ends them all: a process that is frozen between two calls, or killed.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphores hold nothing native, and frozen work still needs them.")]
internal sealed class Stepper
{
    private readonly SemaphoreSlim _permits = new(0);
    private readonly SemaphoreSlim _asked = new(0);
    private Task? _waiting;
    private volatile bool _killed;
    private volatile bool _free = true;

    private volatile bool _hasMarked;

    /// <summary>Whether the work has recorded what it wants.</summary>
    internal bool HasMarked
    {
        get => _hasMarked;
        set => _hasMarked = value;
    }

    /// <summary>From now on every call waits for a <see cref="TryStep"/>.</summary>
    internal void Hold() => _free = false;

    /// <summary>Every call from now on fails, also those that would clean up.</summary>
    internal void Kill()
    {
        _killed = true;
        _permits.Release(1_000_000);
    }

    /// <summary>Waits until the work asks for a call, so the one before is over; false when it ends without another.</summary>
    internal async Task<bool> ReachAsync(Task work)
    {
        _waiting ??= _asked.WaitAsync(TestContext.Current.CancellationToken);
        return await Task.WhenAny(_waiting, work) == _waiting || _waiting.IsCompleted;
    }

    /// <summary>Lets one call through, and waits until it is over.</summary>
    internal async Task<bool> TryStep(Task work)
    {
        if (!await ReachAsync(work))
            return false;
        _waiting = null;
        _permits.Release();
        await ReachAsync(work);
        return true;
    }

    internal void Pass()
    {
        if (_free)
            return;
        if (!_killed)
        {
            _asked.Release();
            _permits.Wait();
        }

        if (_killed)
            throw new KilledException();
    }
}

internal sealed class KilledException : Exception;

internal class SteppedFiles(LocalFiles inner, Stepper steps) : LocalFiles(inner.Root)
{
    private readonly Stepper _steps = steps;

    internal override LocalStat? Stat(string key) => Pass(inner).Stat(key);

    internal override bool HasName(string key) => Pass(inner).HasName(key);

    internal override (SafeFileHandle Handle, LocalStat Stat) OpenRead(string key) => Pass(inner).OpenRead(key);

    internal override LocalFolder? OpenFolder(string key, bool create) =>
        Pass(inner).OpenFolder(key, create) is { } folder ? new Folder(folder, this) { Made = folder.Made } : null;

    internal override LocalStat StatOf(SafeFileHandle handle) => inner.StatOf(handle);

    internal override bool IsContained => inner.IsContained;

    internal override void Stamp(SafeFileHandle handle, long ticks) => Pass(inner).Stamp(handle, ticks);

    public override void Dispose() => inner.Dispose();

    private T Pass<T>(T target)
    {
        _steps.Pass();
        return target;
    }

    private sealed class Folder(LocalFolder inner, SteppedFiles files) : LocalFolder
    {
        private LocalFolder Inner => files.Pass(inner);

        public override void Dispose() => inner.Dispose();

        internal override LocalStat? Stat(string name) => Inner.Stat(name);

        internal override SafeFileHandle Create(string name) => Inner.Create(name);

        internal override void Rename(string name, LocalFolder target, string targetName, bool replace) =>
            Inner.Rename(name, ((Folder)target).Bare, targetName, replace);

        internal override bool TryLink(string name, LocalFolder target, string targetName) =>
            Inner.TryLink(name, ((Folder)target).Bare, targetName);

        internal override SafeFileHandle? TryOpen(string name) => Inner.TryOpen(name);

        internal override SafeFileHandle Reopen(string name, bool write = true) => Inner.Reopen(name, write);

        internal override FileRights? RightsOf(string name) => Inner.RightsOf(name);

        internal override FileRights? RightsOfNew() => inner.RightsOfNew();

        internal override bool TryMark(string name, string text)
        {
            var marked = Inner.TryMark(name, text);
            files._steps.HasMarked |= marked;
            return marked;
        }

        internal override string? ReadMark(string name) => Inner.ReadMark(name);

        internal override void Unlink(string name) => Inner.Unlink(name);

        internal override void RemoveFolder(string name) => Inner.RemoveFolder(name);

        internal override IReadOnlyList<LocalName> Read(string? cursor, int limit) => Inner.Read(cursor, limit);

        internal override void Sync() => Inner.Sync();

        private LocalFolder Bare => inner;
    }
}
