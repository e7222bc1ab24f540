namespace RemoteStore.Cluster.Tests;

/// <summary>Does something of the test before each plain write and each deletion.</summary>
internal sealed class FailingBackend(AsyncBackend inner, Func<Task> before) : DelegatingBackend(inner)
{
    public override async ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        await before();
        return await base.WriteAsync(key, content, options, cancellationToken);
    }

    public override async ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        await before();
        await base.DeleteAsync(key, options, cancellationToken);
    }
}
