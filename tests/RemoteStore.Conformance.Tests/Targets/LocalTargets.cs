namespace RemoteStore.Conformance.Tests;

/// <summary>The local disk through its sync face.</summary>
public sealed class LocalTarget() : BackendConformance(Targets.Local());

/// <summary>The local disk as a silo uses it: behind the bridge.</summary>
public sealed class LocalBridgedTarget() : BackendConformance(Targets.LocalBridged());
