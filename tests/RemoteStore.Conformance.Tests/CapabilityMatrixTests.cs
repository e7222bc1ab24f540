namespace RemoteStore.Conformance.Tests;

/// <summary>What each target declares, as a committed file: a capability that comes or goes is a change that somebody sees.</summary>
public sealed class CapabilityMatrixTests
{
    [Fact]
    public async Task The_committed_matrix_says_what_the_targets_declare()
    {
        var actual = string.Join('\n', await RowsAsync());
        var committed = (
            await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "capabilities.txt"), TestContext.Current.CancellationToken)
        ).TrimEnd();
        Assert.True(actual == committed, $"capabilities.txt should be:\n{actual}\n");
    }

    private static async Task<List<string>> RowsAsync()
    {
        var flags = CapabilitySet.All.ToArray();
        var rows = new List<string>();
        foreach (var harness in Targets.All)
        {
            await using var closing = harness;
            await using var backend = await harness.CreateAsync();
            var lacks = flags.Where(f => !backend.Capabilities.Supports(f)).ToArray();
            rows.Add(
                $"{harness.Name, -20} {(lacks.Length == 0 ? "all" : lacks.Length < 9 ? $"all but {string.Join(", ", lacks)}" : backend.Capabilities.ToString())}"
            );
        }

        return rows;
    }
}
