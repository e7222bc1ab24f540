namespace RemoteStore.Tests.Kernel;

public sealed class DeferredFailureTests
{
    [Fact]
    public async Task Work_continues_and_ends_as_the_first_failure_did()
    {
        var failures = new DeferredFailure(e => e is BackendUnavailableException);
        Assert.Equal(0, failures.Try<int>(() => throw new IOException("first")));
        Assert.Equal(0, await failures.TryAsync<int>(() => throw new IOException("second")));
        Assert.Equal(3, failures.Try(() => 3));
        Assert.Equal("first", Assert.Throws<IOException>(failures.ThrowIfAny).Message);
    }

    [Fact]
    public void Work_without_a_failure_ends_well() => new DeferredFailure(_ => false).ThrowIfAny();

    [Fact]
    public void Cancellations_and_what_ends_all_are_thrown_at_once()
    {
        var failures = new DeferredFailure(e => e is BackendUnavailableException);
        Assert.Throws<OperationCanceledException>(() => failures.Try<int>(() => throw new OperationCanceledException()));
        Assert.Throws<BackendUnavailableException>(() => failures.Try<int>(() => throw new BackendUnavailableException("It is gone.")));
        failures.ThrowIfAny();
    }
}
