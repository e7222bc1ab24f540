namespace RemoteStore.Conformance.Tests;

/// <summary>A sync backend behind its bridge.</summary>
public sealed class SyncToAsyncBridgeTarget() : BackendConformance(
    BackendHarness.Of("bridge-sync-to-async", () => new SyncBackendAdapter(new MemoryBackend())));

/// <summary>An async backend behind both bridges: the sync calls are made by the threads of the outer one.</summary>
public sealed class BothBridgesTarget() : BackendConformance(
    BackendHarness.Of("bridge-both", () => new SyncBackendAdapter(new AsyncBackendSyncAdapter(new AsyncMemoryBackend()))));
