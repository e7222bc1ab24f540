using RemoteStore.Drivers;
using RemoteStore.Memory;

namespace RemoteStore;

/// <summary>Files in memory, called synchronously. Lost with the object. Safe for any number of threads.</summary>
/// <param name="name">The name in errors and metrics; default <c>memory</c>.</param>
/// <param name="clock">The time provider; default the system's clock.</param>
/// <param name="stagingGrace">How long unchanged staged bytes are kept; more than zero, default 1 hour.</param>
public sealed class MemoryBackend(string name = "memory", TimeProvider? clock = null, TimeSpan? stagingGrace = null)
    : DriverBackend(new MemoryDriver(clock ?? TimeProvider.System, name, MemoryStagingGrace.Checked(stagingGrace)));

/// <summary>Files in memory, called asynchronously. Lost with the object. Safe for any number of callers.</summary>
/// <param name="name">The name in errors and metrics; default <c>memory</c>.</param>
/// <param name="clock">The time provider; default the system's clock.</param>
/// <param name="stagingGrace">How long unchanged staged bytes are kept; more than zero, default 1 hour.</param>
public sealed class AsyncMemoryBackend(string name = "memory", TimeProvider? clock = null, TimeSpan? stagingGrace = null)
    : AsyncDriverBackend(new MemoryDriver(clock ?? TimeProvider.System, name, MemoryStagingGrace.Checked(stagingGrace)));
