// The example of docs/writing-a-backend.md, word for word.
using RemoteStore;
using RemoteStore.Conformance;

namespace MyCompany.Storage.Tests;

public sealed class MyBackendTests() : BackendConformance(new MyHarness());

public sealed class MyHarness : BackendHarness
{
    public override string Name => "my-backend";

    // An object store would say false here.
    public override bool IsHierarchical => true;

    public override ValueTask<AsyncBackend> CreateAsync() => new(new AsyncMemoryBackend());
}

// The sync face of a backend is one line.
public sealed class MySyncBackendTests() : BackendConformance(BackendHarness.OfSync("my-backend-sync", () => new MemoryBackend()));
