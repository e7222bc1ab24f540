using System.Collections.Concurrent;
using System.Diagnostics;

namespace RemoteStore.Processes.Tests;

/// <summary>Collects the ports that HTTP requests of this process go to, until it is disposed.</summary>
internal sealed class RequestPorts : IDisposable
{
    private readonly ConcurrentBag<int> _ports = [];
    private readonly ActivityListener _listener;

    internal RequestPorts()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "System.Net.Http",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = a =>
                _ports.Add(Convert.ToInt32(a.GetTagItem("server.port"), System.Globalization.CultureInfo.InvariantCulture)),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    internal int Of(int port) => _ports.Count(p => p == port);

    public void Dispose() => _listener.Dispose();
}
