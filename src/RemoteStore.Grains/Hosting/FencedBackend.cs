using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>
/// Refuses all changes of a backend that does not evaluate conditions atomically with its commits. Many backends
/// detect their capabilities only when they connect to the server, so the health is checked before the first change.
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
            "The backend does not evaluate conditions atomically with commits, "
                + "so a silo that was frozen and replaced could overwrite acknowledged data. "
                + "RequireFence of the store refuses all changes in this case.",
            key,
            Name
        );
    }
}
