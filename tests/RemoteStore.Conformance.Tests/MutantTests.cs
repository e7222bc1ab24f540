namespace RemoteStore.Conformance.Tests;

/// <summary>The kit's own test: it catches each of the broken backends, and passes the one that is not.</summary>
public sealed class MutantTests
{
    public static TheoryData<string> Names => [.. Mutants.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_kit_catches_a_backend_that(string name)
    {
        var failure = await KitRunner.FirstFailureAsync(() => new Targets.DeniableHarness(name, Mutants.All[name]));
        Assert.True(failure is not null, $"No test of the kit fails for a backend that {name}.");
        TestContext.Current.TestOutputHelper?.WriteLine(failure);
    }

    [Fact]
    public async Task The_kit_passes_a_backend_that_only_forwards() =>
        Assert.Null(await KitRunner.FirstFailureAsync(() => new Targets.DeniableHarness("forwarding", b => new ForwardingBackend(b))));

    [Fact]
    public void The_runner_sees_every_test_of_the_kit() => Assert.True(KitRunner.Tests().Count() > 150);
}
