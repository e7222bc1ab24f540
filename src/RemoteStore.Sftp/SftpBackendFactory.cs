using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteStore.Sftp;

namespace RemoteStore;

/// <summary>The type <c>sftp</c> of configured backends; the options are those of <see cref="SftpBackendOptions"/>.</summary>
internal sealed class SftpBackendFactory() : BackendFactory<SftpBackendOptions>("sftp")
{
    protected override IEnumerable<(string Property, string Fault)> Check(SftpBackendOptions options) => SftpOptionsCheck.Faults(options);

    protected override AsyncBackend Create(string name, SftpBackendOptions options, IServiceProvider services) =>
        new SyncBackendAdapter(
            new SftpBackend(options with { Name = name }, services.GetService<ILogger<SftpBackend>>(), services.GetService<TimeProvider>())
        );
}
