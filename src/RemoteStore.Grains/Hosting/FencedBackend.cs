using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>
/// Lets no change through to a backend that does not decide conditions together with its commits. Many a backend learns only from its
/// server what it can do, so it is asked before the first change.
/// </summary>
internal sealed class FencedBackend(AsyncBackend inner) : InterceptingBackend(inner)
{
    private volatile bool _wasAsked;

    private protected override async ValueTask<T> RunAsync<TArgs, T>(
        BackendCall call,
        TArgs args,
        Func<AsyncBackend, TArgs, CancellationToken, ValueTask<T>> run,
        CancellationToken token
    )
    {
        if (call.Traits.HasFlag(CallTraits.Mutation) || call.Operation is Operations.OpenAtomic or Operations.ResumeAtomic)
            await RequireAsync(call.Key, token).ConfigureAwait(false);
        return await run(Inner, args, token).ConfigureAwait(false);
    }

    private async ValueTask RequireAsync(string? key, CancellationToken token)
    {
        if (!_wasAsked)
        {
            await Inner.CheckHealthAsync(token).ConfigureAwait(false);
            _wasAsked = true;
        }

        if (PathOwner.IsFenced(Inner.Capabilities))
            return;
        throw new CapabilityNotSupportedException(
            Capability.Conditional,
            "The backend does not decide conditions together with its commits, so a silo that was frozen and replaced could "
                + "overwrite what was acknowledged. "
                + "The store is configured to change nothing then.",
            key,
            Name
        );
    }
}
