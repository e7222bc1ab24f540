using System.ComponentModel;
using Orleans.Serialization.Invocation;

namespace RemoteStore.Grains;

/// <summary>A call without a result of a method with <see cref="TypedErrorsAttribute"/>. The base of generated code.</summary>
[SerializerTransparent, EditorBrowsable(EditorBrowsableState.Never)]
public abstract class StoreRequest : RequestBase
{
    /// <inheritdoc/>
    public sealed override ValueTask<Response> Invoke()
    {
        try
        {
            var call = InvokeInner();
            if (!call.IsCompletedSuccessfully)
                return CompletedAsync(call);
            call.GetAwaiter().GetResult();
            return new ValueTask<Response>(Response.Completed);
        }
        catch (Exception e)
        {
            return new ValueTask<Response>(RequestErrors.ToResponse(e, this));
        }
    }

    /// <summary>Calls the grain.</summary>
    protected abstract ValueTask InvokeInner();

    private async ValueTask<Response> CompletedAsync(ValueTask call)
    {
        try
        {
            // Continues on the grain's turn.
            await call.ConfigureAwait(true);
            return Response.Completed;
        }
        catch (Exception e)
        {
            return RequestErrors.ToResponse(e, this);
        }
    }
}
