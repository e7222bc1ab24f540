using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>What the requests of both directions have in common.</summary>
internal static class TransferRequests
{
    private const string Scheme = "Bearer ";

    /// <summary>Takes the ticket that a request shows; answers it when there is none.</summary>
    internal static bool TryTake<T>(this HttpContext context, TransferTicketStore<T> tickets, [MaybeNullWhen(false)] out T offered)
    {
        if (HttpMethods.IsGet(context.Request.Method) && TicketOf(context.Request) is { } ticket && tickets.TryTake(ticket, out offered))
            return true;
        offered = default;
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return false;
    }

    /// <summary>Whether the peer is who opened the transfer, and a rule still allows it; answers the request when not.</summary>
    internal static bool IsAdmitted(this HttpContext context, TransferOpener? opener, AccessControl access)
    {
        var peer = CertificatePrincipal.Of(context.Connection.ClientCertificate);
        if (opener is null || opener.Admits(peer, access.Policy))
            return true;
        access.Refuse(peer, opener.Verbs, opener.Store, opener.Key, null);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return false;
    }

    /// <summary>The other end may take its time; one that takes too long loses the transfer to the collection of idle ones.</summary>
    internal static void AllowSlowness(this HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } up)
            up.MinDataRate = null;
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } down)
            down.MinDataRate = null;
    }

    /// <summary>Whether a failure only ends what goes over the port.</summary>
    internal static bool IsCut(Exception failure) =>
        failure
            is RemoteStoreException
                or OperationCanceledException
                or OrleansException
                or TimeoutException
                or IOException
                or InvalidDataException
                or ArgumentException;

    private static string? TicketOf(HttpRequest request) =>
        request.Headers.Authorization.ToString() is { } text && text.StartsWith(Scheme, StringComparison.Ordinal)
            ? text[Scheme.Length..]
            : null;
}
