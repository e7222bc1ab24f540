using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace RemoteStore.Tests;

/// <summary>Runs the examples of docs/bridges.md and holds the document to them.</summary>
public sealed class BridgeExampleTests
{
    [Fact]
    public async Task A_sync_backend_in_asynchronous_code()
    {
        Assert.Equal("a,b\n1,2\n", await SyncBackendAsync());
    }

    [Fact]
    public void An_async_backend_in_synchronous_code()
    {
        Assert.Equal("a,b\n1,2\n", OwnThread.Run(AsyncBackend));
    }

    [Theory]
    [InlineData("sync-to-async")]
    [InlineData("async-to-sync")]
    public void The_document_shows_the_code_that_runs_here(string example)
    {
        var file = SourceFile();
        var code = Regex
            .Match(File.ReadAllText(file), $@"#region {example}\n(.*?)\n\s*#endregion", RegexOptions.Singleline)
            .Groups[1]
            .Value;
        var lines = code.Split('\n').Select(l => l.StartsWith("        ", StringComparison.Ordinal) ? l[8..] : l);
        var docs = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../../docs/bridges.md"));
        Assert.NotEmpty(code);
        Assert.Contains($"```csharp\n{string.Join('\n', lines)}\n```", File.ReadAllText(docs), StringComparison.Ordinal);
    }

    private static async Task<string> SyncBackendAsync()
    {
        #region sync-to-async
        await using var store = new AsyncStore(new SyncBackendAdapter(new MemoryBackend()));
        await store.WriteTextAsync("report.csv", "a,b\n1,2\n");
        var report = await store.ReadTextAsync("report.csv");
        #endregion
        return report;
    }

    private static string AsyncBackend()
    {
        #region async-to-sync
        using var store = new Store(new AsyncBackendSyncAdapter(new AsyncMemoryBackend()));
        store.WriteText("report.csv", "a,b\n1,2\n");
        var report = store.ReadText("report.csv");
        #endregion
        return report;
    }

    private static string SourceFile([CallerFilePath] string path = "") => path;
}
