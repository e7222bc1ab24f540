using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace RemoteStore.Grains;

/// <summary>The common parts of download and upload requests.</summary>
internal static class TransferRequests
{
    private const string Scheme = "Bearer ";

    /// <summary>Takes the ticket that a request presents; answers the request when it has no valid ticket.</summary>
    internal static bool TryTake<T>(this HttpContext context, TransferTicketStore<T> tickets, [MaybeNullWhen(false)] out T offered)
    {
        if (HttpMethods.IsGet(context.Request.Method) && TicketOf(context.Request) is { } ticket && tickets.TryTake(ticket, out offered))
            return true;
        offered = default;
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return false;
    }

    /// <summary>Whether the peer has opened the transfer and a rule still allows it; answers the request if not.</summary>
    internal static bool IsAdmitted(this HttpContext context, TransferOpener? opener, AccessControl access)
    {
        var peer = CertificatePrincipal.Of(context.Connection.ClientCertificate);
        if (opener is null || opener.Admits(peer, access.Policy))
            return true;
        access.Refuse(peer, opener.Verbs, opener.Store, opener.Key, null);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return false;
    }

    /// <summary>Disables the minimum data rate: a peer that is too slow loses the transfer to the collection of idle ones.</summary>
    internal static void AllowSlowness(this HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } up)
            up.MinDataRate = null;
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } down)
            down.MinDataRate = null;
    }

    /// <summary>Whether a failure ends only the connection on the transfer port.</summary>
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
