namespace RemoteStore.Conformance.Tests;

/// <summary>A sync backend through the bridge to async code.</summary>
public sealed class BridgedMemoryTarget() : BackendConformance(Targets.Bridged());

/// <summary>An async backend through the bridge to sync code, called inline.</summary>
public sealed class SyncBridgedTarget() : BackendConformance(Targets.SyncBridged());

/// <summary>Async to sync to async.</summary>
public sealed class TwiceBridgedTarget() : BackendConformance(Targets.TwiceBridged());

/// <summary>Object store behaviour through both bridges.</summary>
public sealed class TwiceBridgedFlatTarget() : BackendConformance(Targets.TwiceBridgedFlat());
