using System.Collections.Concurrent;
using RemoteStore.Sftp.Fencing;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp;

/// <summary>
/// Versions of files. Version 3 of the protocol reports only the size and the second of the last change, so a new version is dated
/// at least one second after its predecessor. This keeps the times of recently removed files, which the server cannot report.
/// </summary>
internal sealed class SftpVersions(TimeProvider clock)
{
    private const int MaxRemembered = 10_000;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Removed> _removed = new(StringComparer.Ordinal);

    /// <summary>The metadata of a file for callers.</summary>
    /// <exception cref="BackendUnavailableException">The server reports no size, without which a file cannot be read to
    /// its end.</exception>
    internal static RemoteFileInfo FileOf(string key, SftpAttributes attributes) =>
        attributes.Size is null ? throw SftpErrors.NoSize() : InfoOf(key, attributes);

    /// <summary>The metadata for conditions: a version of unknown size has no ETag.</summary>
    internal static RemoteFileInfo InfoOf(string key, SftpAttributes attributes) =>
        new(key, attributes.Size ?? 0)
        {
            LastModified = attributes.LastModified is { } time ? DateTimeOffset.FromUnixTimeSeconds(time) : null,
            ETag = attributes is { LastModified: not null, Size: not null } ? FileVersion.Of(attributes).ETag : null,
        };

    /// <summary>The earliest time of a new version; zero when any time will do.</summary>
    /// <param name="key">The key.</param>
    /// <param name="replaced">The version that is replaced; null for none.</param>
    /// <param name="floor">The minimum timestamp left by a removed version; 0 for none.</param>
    internal uint Earliest(string key, SftpAttributes? replaced, uint floor)
    {
        var last = Math.Max(
            Math.Max(floor, replaced?.LastModified ?? 0),
            _removed.TryGetValue(key, out var removed) ? removed.LastModified : 0
        );
        // No version can be dated after the last second of the protocol. Any other time makes another version.
        return last is 0 or uint.MaxValue ? 0 : last + 1;
    }

    internal void NoteRemoval(string key, SftpAttributes? attributes)
    {
        if (attributes?.LastModified is { } time)
            NoteRemoval(key, time);
    }

    internal void NoteRemoval(string key, uint time)
    {
        if (_removed.Count >= MaxRemembered)
            Prune();
        _removed[key] = new Removed(time, clock.GetUtcNow());
    }

    internal void NoteWrite(string key) => _removed.TryRemove(key, out _);

    // A version removed long ago is older than the server's current time, unless it was dated ahead.
    private void Prune()
    {
        var now = clock.GetUtcNow();
        foreach (var (key, removed) in _removed)
        {
            if (now - removed.At > Step && removed.LastModified < now.ToUnixTimeSeconds() - Step.TotalSeconds)
                _removed.TryRemove(key, out _);
        }

        if (_removed.Count >= MaxRemembered)
            _removed.Clear();
    }

    private readonly record struct Removed(uint LastModified, DateTimeOffset At);
}
