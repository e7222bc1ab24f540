namespace RemoteStore.Conformance.Tests;

public sealed class MemoryTarget() : BackendConformance(Targets.Memory());

public sealed class AsyncMemoryTarget() : BackendConformance(Targets.AsyncMemory());
