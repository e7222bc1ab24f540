namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    /// <summary>Each gate by itself: what is not declared is refused, by backend and store, with the flag named.</summary>
    [Fact]
    public async Task Capabilities_that_are_not_declared_are_refused()
    {
        foreach (var (name, gate, call) in KeyOperations().Where(o => !Has(o.Gate)))
        {
            var error = await Record.ExceptionAsync(() => call("f"));
            Assert.True(
                error is CapabilityNotSupportedException e && (e.Capability & gate) != 0,
                $"{name} without {gate}: {error?.ToString() ?? "nothing"}"
            );
        }

        foreach (var (name, gate, call) in StoreFileOperations().Where(o => !Has(o.Gate)))
            Assert.True(await Record.ExceptionAsync(() => call("f")) is CapabilityNotSupportedException, name);
    }

    [Fact]
    public void Capabilities_that_contradict_each_other_are_not_declared()
    {
        Assert.True(!Has(Capability.AtomicMove) || Has(Capability.Move), "AtomicMove without Move");
        Assert.True(!Has(Capability.Staging) || Has(Capability.AtomicWrite), "Staging without AtomicWrite");
        Assert.True(!Has(Capability.ResumeStaging) || Has(Capability.Staging), "ResumeStaging without Staging");
        Assert.True(!Has(Capability.SeekableRead) || Has(Capability.Read), "SeekableRead without Read");
        Assert.True(
            !Has(Capability.NativeWriteResult) || Has(Capability.Write) || Has(Capability.AtomicWrite),
            "NativeWriteResult without a write"
        );
    }

    [Fact]
    public void Capabilities_are_the_same_through_a_store()
    {
        Assert.Equal(Backend.Capabilities, Store.Capabilities);
        foreach (var flag in CapabilitySet.All)
            Assert.Equal(Has(flag), Store.Supports(flag));
    }

    [Fact]
    public void Unwrap_offers_the_backend_and_refuses_the_rest()
    {
        Assert.Same(Backend, Backend.Unwrap<AsyncBackend>());
        Assert.Throws<CapabilityNotSupportedException>(Backend.Unwrap<System.Text.StringBuilder>);
        Assert.Throws<CapabilityNotSupportedException>(Store.Unwrap<System.Text.StringBuilder>);
    }
}
