namespace RemoteStore.Processes.Tests;

/// <summary>A folder of its own for each test, gone afterwards.</summary>
public abstract class ProcessTest : IDisposable
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("remotestore-process").FullName;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Directory.Delete(Folder, recursive: true);
}
