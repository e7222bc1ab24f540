using System.ComponentModel;
using Orleans.Serialization.Invocation;

namespace RemoteStore.Grains;

/// <summary>A call of a method with <see cref="TypedErrorsAttribute"/>. The base of generated code.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
[SerializerTransparent, EditorBrowsable(EditorBrowsableState.Never)]
public abstract class StoreRequest<T> : RequestBase
{
    /// <inheritdoc/>
    public sealed override ValueTask<Response> Invoke()
    {
        try
        {
            var call = InvokeInner();
            return call.IsCompletedSuccessfully ? new ValueTask<Response>(Response.FromResult(call.Result)) : CompletedAsync(call);
        }
        catch (Exception e)
        {
            return new ValueTask<Response>(RequestErrors.ToResponse(e, this));
        }
    }

    /// <summary>Calls the grain.</summary>
    protected abstract ValueTask<T> InvokeInner();

    private async ValueTask<Response> CompletedAsync(ValueTask<T> call)
    {
        try
        {
            // Continues on the grain's turn.
            return Response.FromResult(await call.ConfigureAwait(true));
        }
        catch (Exception e)
        {
            return RequestErrors.ToResponse(e, this);
        }
    }
}
