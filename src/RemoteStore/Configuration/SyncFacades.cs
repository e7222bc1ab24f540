using Microsoft.Extensions.Logging;

namespace RemoteStore;

/// <summary>
/// The sync APIs of async backends, one for each. A backend that is sync underneath and has no layer but its log is called directly on the
/// caller's thread: going through the adapter would cost two thread switches per call. Not safe for concurrent callers.
/// </summary>
internal sealed class SyncFacades(ILoggerFactory loggers)
{
    private readonly Dictionary<AsyncBackend, Backend> _faces = new(ReferenceEqualityComparer.Instance);

    internal Backend Of(AsyncBackend backend)
    {
        if (backend is TelemetryBackend { Inner: SyncBackendAdapter bridge })
            return bridge.Inner;
        if (!_faces.TryGetValue(backend, out var face))
        {
            var options = new AsyncBackendSyncAdapterOptions { Logger = loggers.CreateLogger<AsyncBackendSyncAdapter>() };
            _faces[backend] = face = new AsyncBackendSyncAdapter(backend, options);
        }

        return face;
    }

    /// <summary>Hands over the created adapters, to be closed before the backends underneath.</summary>
    internal List<Backend> TakeAll()
    {
        var made = _faces.Values.ToList();
        _faces.Clear();
        return made;
    }
}
