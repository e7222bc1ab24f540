namespace RemoteStore.Conformance.Tests;

/// <summary>The local disk through its sync face, by the calls this system offers best.</summary>
public sealed class LocalTarget() : BackendConformance(Targets.Local());

/// <summary>The local disk through the calls that every system has.</summary>
public sealed class LocalPortableTarget() : BackendConformance(Targets.LocalPortable());

/// <summary>The local disk as a silo uses it: behind the bridge.</summary>
public sealed class LocalBridgedTarget() : BackendConformance(Targets.LocalBridged());
