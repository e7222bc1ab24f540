using RemoteStore.Drivers;
using RemoteStore.Memory;

namespace RemoteStore.Conformance.Tests;

/// <summary>Everything that the kit proves here, by name; the capability matrix has a line for each.</summary>
internal static class Targets
{
    private const Capability BasicFlags =
        Capability.Read | Capability.Write | Capability.Delete | Capability.List | Capability.Metadata | Capability.LazyRead;

    internal static IEnumerable<BackendHarness> All => [Memory(), AsyncMemory(), Flat(), FlatSync(), Basic(), Prefixed(), Local(), LocalPortable()];

    internal static BackendHarness Memory() => BackendHarness.OfSync("memory", () => new MemoryBackend());

    internal static BackendHarness AsyncMemory() => new DeniableHarness("async-memory", b => b);

    internal static BackendHarness Flat() =>
        BackendHarness.Of("flat", () => new AsyncDriverBackend(new FlatMemoryDriver()), isHierarchical: false);

    internal static BackendHarness FlatSync() =>
        BackendHarness.OfSync("flat-sync", () => new DriverBackend(new FlatMemoryDriver()), isHierarchical: false);

    internal static BackendHarness Basic() =>
        BackendHarness.Of("basic", () => new AsyncDriverBackend(new FaultDriver(NewMemory()) { Narrowed = BasicFlags }));

    internal static BackendHarness Prefixed() => new PrefixedHarness();

    internal static BackendHarness Local() => new LocalHarness("local", RemoteStore.Local.LocalFiles.Choose);

    internal static BackendHarness LocalPortable() => new LocalHarness("local-portable", root => new RemoteStore.Local.PortableFiles(root));

    internal static StorageDriver NewMemory() => new MemoryDriver(TimeProvider.System, "memory");

    private sealed class PrefixedHarness : BackendHarness
    {
        private const string Prefix = "shared/place 7";

        public override string Name => "prefixed";

        public override int MaxKeyBytes => base.MaxKeyBytes - Prefix.Length - 1;

        public override ValueTask<AsyncBackend> CreateAsync() => new(new PrefixedBackend(new AsyncMemoryBackend(), Prefix));
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
