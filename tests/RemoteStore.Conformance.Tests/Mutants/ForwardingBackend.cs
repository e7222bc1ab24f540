using System.Runtime.CompilerServices;

namespace RemoteStore.Conformance.Tests;

/// <summary>
/// The ground that a mutant changes one thing of. Its listings come from its own pages, so that a change of one shows in both.
/// </summary>
internal class ForwardingBackend(AsyncBackend inner) : DelegatingBackend(inner)
{
    public override async IAsyncEnumerable<RemoteEntry> ListAsync(
        string key,
        ListOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        string? next = null;
        do
        {
            var page = await ListPageAsync(key, options, next, cancellationToken);
            foreach (var entry in page.Entries)
                yield return entry;
            next = page.ContinuationToken;
        } while (next is not null);
    }
}
