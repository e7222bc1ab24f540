namespace RemoteStore.Tests;

/// <summary>Holds the shared thread pool at its minimum: as few threads as there are processors.</summary>
internal sealed class SmallThreadPool : IDisposable
{
    private readonly (int Workers, int Ports) _min;
    private readonly (int Workers, int Ports) _max;

    internal SmallThreadPool()
    {
        ThreadPool.GetMinThreads(out _min.Workers, out _min.Ports);
        ThreadPool.GetMaxThreads(out _max.Workers, out _max.Ports);
        ThreadPool.SetMinThreads(1, 1);
        ThreadPool.SetMaxThreads(Environment.ProcessorCount, Environment.ProcessorCount);
    }

    public void Dispose()
    {
        ThreadPool.SetMaxThreads(_max.Workers, _max.Ports);
        ThreadPool.SetMinThreads(_min.Workers, _min.Ports);
    }
}
