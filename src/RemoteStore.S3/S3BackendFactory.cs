using Microsoft.Extensions.DependencyInjection;

namespace RemoteStore;

/// <summary>The type <c>s3</c> of the configuration; its options are those of <see cref="S3BackendOptions"/>.</summary>
internal sealed class S3BackendFactory() : BackendFactory<S3BackendOptions>("s3")
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Property, string Fault)> Check(S3BackendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Check();
    }

    /// <inheritdoc/>
    protected override AsyncBackend Create(string name, S3BackendOptions options, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Name = name;
        return new AsyncS3Backend(options, services.GetService<TimeProvider>());
    }
}
