using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>Authorization at the path, and the audit log of its changes.</summary>
internal sealed partial class PathGrain
{
    /// <summary>The owner, if a rule allows the access to the caller.</summary>
    /// <exception cref="PermissionDeniedException">No rule allows it.</exception>
    private PathOwner Checked(AccessVerbs verbs, WireOperation? operation = null)
    {
        var owner = Owner;
        access.Check(verbs, _store!.Name, owner.Key, operation?.Id);
        return owner;
    }

    private void CheckBothEnds(MoveCopyRequest request, bool isMove)
    {
        Checked(isMove ? AccessVerbs.Read | AccessVerbs.Delete : AccessVerbs.Read, request.Operation);
        access.Check(AccessVerbs.Write, _store!.Name, GrainKeys.Canonical(request.Destination, _store.Name), request.Operation?.Id);
    }

    private AuditedChange Change(string verb, WireOperation? operation) => new(verb, _store!.Name, Owner.Key, operation?.Id);

    private ValueTask<WriteResult> WriteAsync(string verb, WireWriteOptions options, Func<ValueTask<WriteResult>> write) =>
        AuditedAsync(Change(verb, options.Operation) with { Before = options.IfMatch ?? Owner.KnownVersion }, write, static r => r.ETag);

    private ValueTask<T> AuditedAsync<T>(AuditedChange change, Func<ValueTask<T>> run, Func<T, string?>? versionOf = null) =>
        access.AuditAsync(change, static a => a.Self.CommitAsync(a.run), (Self: this, run), versionOf);
}
