using RemoteStore.Drivers;
using RemoteStore.Memory;

namespace RemoteStore;

/// <summary>Files in memory, called synchronously. Gone with the object; any number of threads.</summary>
/// <param name="name">The name in errors and metrics; default <c>memory</c>.</param>
/// <param name="clock">Where times come from; default the system's clock.</param>
public sealed class MemoryBackend(string name = "memory", TimeProvider? clock = null)
    : DriverBackend(new MemoryDriver(clock ?? TimeProvider.System, name));

/// <summary>Files in memory, called asynchronously. Gone with the object; any number of callers.</summary>
/// <param name="name">The name in errors and metrics; default <c>memory</c>.</param>
/// <param name="clock">Where times come from; default the system's clock.</param>
public sealed class AsyncMemoryBackend(string name = "memory", TimeProvider? clock = null)
    : AsyncDriverBackend(new MemoryDriver(clock ?? TimeProvider.System, name));
