namespace RemoteStore.Conformance.Tests;

/// <summary>Everything that the kit proves here, by name; the capability matrix has a line for each.</summary>
internal static class Targets
{
    internal static IEnumerable<BackendHarness> All => [Memory(), AsyncMemory()];

    internal static BackendHarness Memory() => BackendHarness.OfSync("memory", () => new MemoryBackend());

    internal static BackendHarness AsyncMemory() => BackendHarness.Of("async-memory", () => new AsyncMemoryBackend());
}
