using System.Globalization;

namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    [Fact]
    public async Task Model_and_backend_agree_on_random_sequences()
    {
        var runner = new ModelRunner(NewBackendAsync, IsHierarchical);
        if (int.TryParse(Environment.GetEnvironmentVariable("REMOTESTORE_SEED"), CultureInfo.InvariantCulture, out var seed))
        {
            await runner.RunAsync(seed, Harness.ModelLength);
            return;
        }

        for (var i = 0; i < Harness.ModelRuns * Effort; i++)
            await runner.RunAsync(Random.Shared.Next(), Harness.ModelLength);
    }
}
