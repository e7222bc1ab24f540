using System.Text;

namespace RemoteStore.Cli.Tests;

/// <summary>Runs the command tree against a store in memory and a local folder of its own.</summary>
public abstract class CliFixture : IDisposable
{
    private readonly AsyncBackend _backend;

    protected CliFixture(AsyncBackend? backend = null)
    {
        _backend = backend ?? new AsyncMemoryBackend();
        Folder = Directory.CreateTempSubdirectory("remotestore-cli").FullName;
        Store = new AsyncStore(_backend, leaveOpen: true);
    }

    protected string Folder { get; }

    protected AsyncStore Store { get; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string Local(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    private protected Task<CliResult> RunAsync(params string[] args) => RunAsync((_, _) => Task.FromResult(Opened()), args);

    private protected AsyncStore Opened() => new(_backend, leaveOpen: true);

    private protected static async Task<CliResult> RunAsync(
        Func<StoreAddress, CancellationToken, Task<AsyncStore>> open,
        params string[] args
    )
    {
        using var output = new MemoryStream();
        var error = new StringWriter();
        using var console = new CliConsole(output, error, isTerminal: false);
        var app = new CliApp(console, open);
        var code = await app.RunAsync(args, Token);
        console.Flush();
        return new CliResult(code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}

internal sealed record CliResult(int Code, string Output, string Error)
{
    internal string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
