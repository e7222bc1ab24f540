using RemoteStore.Drivers;
using RemoteStore.Local;
using RemoteStore.Memory;

namespace RemoteStore.Conformance.Tests;

/// <summary>Everything that the kit proves here, by name; the capability matrix has a line for each.</summary>
internal static class Targets
{
    private const Capability BasicFlags = Capability.Read | Capability.Write | Capability.Delete | Capability.List | Capability.Metadata;

    internal static IEnumerable<BackendHarness> All =>
        [
            Memory(),
            AsyncMemory(),
            Flat(),
            FlatSync(),
            Basic(),
            Prefixed(),
            Telemetry(),
            Bridged(),
            SyncBridged(),
            TwiceBridged(),
            TwiceBridgedFlat(),
            Local(),
            LocalPortable(),
            LocalBridged(),
        ];

    internal static BackendHarness Memory() => BackendHarness.OfSync("memory", () => new MemoryBackend());

    internal static BackendHarness AsyncMemory() => new DeniableHarness("async-memory", b => b);

    internal static BackendHarness Flat() =>
        BackendHarness.Of("flat", () => new AsyncDriverBackend(new FlatMemoryDriver()), isHierarchical: false);

    internal static BackendHarness FlatSync() =>
        BackendHarness.OfSync("flat-sync", () => new DriverBackend(new FlatMemoryDriver()), isHierarchical: false);

    internal static BackendHarness Basic() =>
        BackendHarness.Of("basic", () => new AsyncDriverBackend(new FaultDriver(NewMemory()) { Narrowed = BasicFlags }));

    internal static BackendHarness Prefixed() => new PrefixedHarness();

    internal static BackendHarness Telemetry() => BackendHarness.Of("telemetry", () => new TelemetryBackend(new AsyncMemoryBackend()));

    internal static BackendHarness Bridged() => BackendHarness.Of("bridged", () => new SyncBackendAdapter(new MemoryBackend()));

    internal static BackendHarness SyncBridged() =>
        BackendHarness.OfSync("sync-bridged", () => new AsyncBackendSyncAdapter(new AsyncMemoryBackend()));

    internal static BackendHarness TwiceBridged() =>
        BackendHarness.Of("twice-bridged", () => new SyncBackendAdapter(new AsyncBackendSyncAdapter(new AsyncMemoryBackend())));

    internal static BackendHarness TwiceBridgedFlat() =>
        BackendHarness.Of(
            "twice-bridged-flat",
            () => new SyncBackendAdapter(new AsyncBackendSyncAdapter(new AsyncDriverBackend(new FlatMemoryDriver()))),
            isHierarchical: false
        );

    internal static BackendHarness Local() => new LocalHarness("local", b => new SyncFaceBackend(b));

    internal static BackendHarness LocalPortable() =>
        new LocalHarness("local-portable", b => new SyncFaceBackend(b), root => new PortableFiles(root));

    internal static BackendHarness LocalBridged() => new LocalHarness("local-bridged", b => new SyncBackendAdapter(b));

    internal static StorageDriver NewMemory() => new MemoryDriver(TimeProvider.System, "memory", TimeSpan.FromHours(1));

    private sealed class PrefixedHarness : BackendHarness
    {
        private const string Prefix = "shared/place 7";

        public override string Name => "prefixed";

        public override int MaxKeyBytes => base.MaxKeyBytes - Prefix.Length - 1;

        public override ValueTask<AsyncBackend> CreateAsync() => new(new PrefixBackend(new AsyncMemoryBackend(), Prefix));
    }

    /// <summary>Memory, also as a storage that refuses the caller; the wrap is what a mutant changes.</summary>
    internal sealed class DeniableHarness(string name, Func<AsyncBackend, AsyncBackend> wrap) : BackendHarness
    {
        public override string Name => name;

        public override ValueTask<AsyncBackend> CreateAsync() => new(wrap(new AsyncMemoryBackend()));

        public override ValueTask<AsyncBackend?> CreateDeniedAsync()
        {
            var driver = new FaultDriver(NewMemory()) { Fault = (_, _) => new NativeFault(RemoteErrorKind.PermissionDenied) };
            return new(wrap(new AsyncDriverBackend(driver)));
        }
    }
}
