using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace RemoteStore.Grains;

/// <summary>
/// Authorizes the calls of a silo by its policy and writes the audit log: one event per change and per refusal. Thread-safe.
/// </summary>
public sealed partial class AccessControl
{
    /// <summary>The category of the audit log.</summary>
    public const string AuditCategory = "RemoteStore.Audit";

    private static readonly Counter<long> Refused = RemoteStoreDiagnostics.Meter.CreateCounter<long>(
        "remotestore.access.refused",
        "{call}",
        "Calls that no rule allows, by verb."
    );

    private readonly ILogger _audit;
    private volatile AccessPolicy _policy = AccessPolicy.Open;

    /// <summary>Creates it with the open policy.</summary>
    /// <param name="loggers">Receives the audit log.</param>
    public AccessControl(ILoggerFactory loggers) => _audit = loggers.CreateLogger(AuditCategory);

    /// <summary>The policy; a new value applies from the next call.</summary>
    public AccessPolicy Policy
    {
        get => _policy;
        set => _policy = value;
    }

    /// <summary>Refuses the running call unless a rule allows it.</summary>
    /// <exception cref="PermissionDeniedException">No rule allows it.</exception>
    internal void Check(AccessVerbs verbs, string store, string key, Guid? operation = null)
    {
        if (!_policy.HasRules || Callers.Current is not { } caller || _policy.Allows(caller, verbs, store, key))
            return;
        throw Refuse(caller, verbs, store, key, operation);
    }

    /// <summary>Refuses the running call unless its caller has full access to the store.</summary>
    internal void CheckAny(string store)
    {
        if (_policy.HasRules && Callers.Current is { } caller && !_policy.AllowsAny(caller, store))
            throw Refuse(caller, AccessVerbs.None, store, "", null);
    }

    /// <summary>Executes an authorized change and logs its outcome.</summary>
    /// <param name="change">The change.</param>
    /// <param name="run">Executes it.</param>
    /// <param name="args">The arguments of <paramref name="run"/>.</param>
    /// <param name="versionOf">Returns the version after the change.</param>
    internal async ValueTask<T> AuditAsync<TArgs, T>(
        AuditedChange change,
        Func<TArgs, ValueTask<T>> run,
        TArgs args,
        Func<T, string?>? versionOf = null
    )
    {
        if (!_audit.IsEnabled(LogLevel.Information))
            return await run(args);
        var outcome = "ok";
        string? after = null;
        try
        {
            var result = await run(args);
            after = versionOf?.Invoke(result);
            return result;
        }
        catch (Exception e)
        {
            outcome = e is RemoteStoreException known ? known.Kind.ToString() : e.GetType().Name;
            throw;
        }
        finally
        {
            LogChange(
                _audit,
                PathRules.Printable(Callers.Current?.ToString() ?? "(silo)"),
                change.Verb,
                change.Store,
                PathRules.Printable(change.Key),
                PathRules.Printable(change.Destination ?? ""),
                change.Before,
                after,
                change.Operation,
                outcome
            );
        }
    }

    internal PermissionDeniedException Refuse(Principal caller, AccessVerbs verbs, string store, string key, Guid? operation)
    {
        Refused.Add(1, new KeyValuePair<string, object?>("verb", verbs.ToString()));
        LogRefused(_audit, PathRules.Printable(caller.ToString()), verbs, store, PathRules.Printable(key), operation);
        return new PermissionDeniedException(
            $"No access rule allows {verbs} at this path for {caller}.",
            key.Length == 0 ? null : key,
            store
        );
    }

    [LoggerMessage(
        1,
        LogLevel.Information,
        "{Principal} {Verb} {Store} {Path} {Destination} {VersionBefore} {VersionAfter} {OperationId}: {Outcome}"
    )]
    private static partial void LogChange(
        ILogger logger,
        string principal,
        string verb,
        string store,
        string path,
        string destination,
        string? versionBefore,
        string? versionAfter,
        Guid? operationId,
        string outcome
    );

    [LoggerMessage(2, LogLevel.Warning, "Refused {Principal} {Verb} {Store} {Path} {OperationId}: no rule allows it")]
    private static partial void LogRefused(
        ILogger logger,
        string principal,
        AccessVerbs verb,
        string store,
        string path,
        Guid? operationId
    );
}
