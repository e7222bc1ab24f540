using System.Runtime.CompilerServices;
using RemoteStore.Drivers;

namespace RemoteStore.Bench;

/// <summary>A driver of which only the health check does something.</summary>
/// <param name="probe">What it does.</param>
internal sealed class ProbeDriver(Func<ValueTask> probe) : StorageDriver
{
    public override string Kind => "bench";

    public override CapabilitySet Capabilities => CapabilitySet.All;

    public override ValueTask ProbeAsync(CancellationToken cancellationToken) => probe();

    public override ValueTask<DriverEntry?> StatAsync(string key, CancellationToken cancellationToken) => default;

    public override ValueTask<DriverRead> OpenReadAsync(string key, ReadOptions options, CancellationToken cancellationToken) =>
        throw Unused();

    public override ValueTask<StagedWrite> OpenStagedAsync(
        string key,
        WriteOptions options,
        long? sizeHint,
        CancellationToken cancellationToken
    ) => throw Unused();

    public override ValueTask<RemoteFileInfo> CommitStagedAsync(
        string key,
        string token,
        WriteOptions options,
        CancellationToken cancellationToken
    ) => throw Unused();

    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken) => throw Unused();

    public override ValueTask DeleteAsync(string key, string? ifMatch, CancellationToken cancellationToken) => throw Unused();

    public override ValueTask DeleteEmptyFolderAsync(string key, CancellationToken cancellationToken) => throw Unused();

    public override ValueTask<DriverPage> ListAsync(
        string folder,
        bool recursive,
        string? cursor,
        int limit,
        CancellationToken cancellationToken
    ) => throw Unused();

    public override RemoteStoreException? Classify(Exception exception, DriverOperation operation, string key) => null;

    public override string NativePath(string key) => key;

    public override string ToKey(string nativePath) => nativePath;

    private static NotSupportedException Unused([CallerMemberName] string member = "") => new(member);
}
