using Microsoft.Win32.SafeHandles;
using RemoteStore.Drivers;

namespace RemoteStore.Local;

/// <summary>
/// A staged file that is being written. Live until it is finished or abandoned; both release the handles of the file and its folder.
/// </summary>
internal sealed class LocalStaged : StagedWrite, IDisposable
{
    private readonly LocalFiles _files;
    private readonly WriteClock _clock;
    private readonly LocalFolder _folder;
    private readonly SafeFileHandle _handle;
    private long _length;

    internal LocalStaged(LocalFiles files, WriteClock clock, LocalFolder folder, string target)
    {
        (_files, _clock, _folder, Name) = (files, clock, folder, StagingName.New(target));
        StagingName.Enter(Name);
        try
        {
            _handle = folder.Create(Name);
        }
        catch
        {
            StagingName.Leave(Name);
            throw;
        }
    }

    /// <summary>Resumes a staged file of another instance, under a new name, from a length that it has.</summary>
    internal LocalStaged(LocalFiles files, WriteClock clock, LocalFolder folder, string target, ResumePoint point)
    {
        (_files, _clock, _folder, Name, _length) = (files, clock, folder, StagingName.New(target), point.Length);
        StagingName.Enter(Name);
        try
        {
            folder.Rename(point.Token, folder, Name, replace: false);
            _handle = folder.Reopen(Name);
            Keep(point);
        }
        catch
        {
            _handle?.Dispose();
            StagingName.Leave(Name);
            throw;
        }
    }

    public override string ResumeToken => Name;

    internal string Name { get; }

    internal LocalFolder Folder => _folder;

    public override ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Append(bytes.Span);
        return default;
    }

    public override ValueTask<string> FinishAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Complete();
        // Another process may commit it after a crash of this one, so its name must be durable too.
        _folder.Sync();
        Dispose();
        return new ValueTask<string>(Name);
    }

    public override ValueTask AbandonAsync()
    {
        Abandon();
        return default;
    }

    public void Dispose()
    {
        _handle.Dispose();
        _folder.Dispose();
        StagingName.Leave(Name);
    }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_handle, bytes, _length);
        _length += bytes.Length;
    }

    internal void Append(SafeFileHandle source, CancellationToken cancellationToken) =>
        _files.CopyContent(source, _handle, cancellationToken);

    /// <summary>Records which operations led to the file.</summary>
    /// <returns>Whether the mount stores that.</returns>
    internal bool TryMark(string key, OperationMark mark) => mark.TryWrite(_handle, key);

    /// <summary>Sets the modification time and syncs the bytes.</summary>
    /// <returns>The facts of the file once it is published.</returns>
    internal LocalStat Complete()
    {
        _files.Stamp(_handle, (_clock.Next() - DateTimeOffset.UnixEpoch).Ticks);
        var stat = _files.StatOf(_handle);
        _files.Root.Durability.Sync(_handle);
        return stat;
    }

    /// <summary>
    /// Removes the staged file, and the folders that were created for it if they are otherwise empty. What cannot be removed is left to the
    /// cleanup.
    /// </summary>
    internal void Abandon()
    {
        try
        {
            _handle.Dispose();
            _folder.Unlink(Name);
            foreach (var key in _folder.Made.Distinct().OrderByDescending(k => k.Length))
                RemoveFolder(key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException or RemoteStoreException)
        {
            // The caller must see the original failure.
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Truncates the file to the kept bytes, and passes them to the callback.</summary>
    private void Keep(ResumePoint point)
    {
        RandomAccess.SetLength(_handle, point.Length);
        if (point.Kept is not { } show)
            return;
        var buffer = new byte[StreamIO.BlockSize];
        for (long offset = 0; offset < point.Length; )
        {
            var count = RandomAccess.Read(_handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, point.Length - offset)), offset);
            if (count == 0)
                throw new IOException("The staged file was truncated concurrently.");
            show(buffer.AsMemory(0, count));
            offset += count;
        }
    }

    private void RemoveFolder(string key)
    {
        using var parent = _files.OpenFolder(LocalKeys.ParentOf(key), create: false);
        parent?.RemoveFolder(LocalKeys.NameOf(key));
    }
}
