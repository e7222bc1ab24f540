namespace RemoteStore.Conformance.Tests;

public sealed class MemoryTarget() : BackendConformance(Targets.Memory());

public sealed class AsyncMemoryTarget() : BackendConformance(Targets.AsyncMemory());

/// <summary>The kernel's branch for object stores.</summary>
public sealed class FlatTarget() : BackendConformance(Targets.Flat());

/// <summary>The same through the sync face.</summary>
public sealed class FlatSyncTarget() : BackendConformance(Targets.FlatSync());

/// <summary>The least that a file store can do: the other side of every capability test.</summary>
public sealed class BasicTarget() : BackendConformance(Targets.Basic());

/// <summary>A backend under a prefix of another: what a target over shared storage uses to start empty.</summary>
public sealed class PrefixedTarget() : BackendConformance(Targets.Prefixed());

/// <summary>The telemetry layer.</summary>
public sealed class TelemetryTarget() : BackendConformance(Targets.Telemetry());
