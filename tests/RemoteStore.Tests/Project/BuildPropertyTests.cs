using System.Diagnostics;

namespace RemoteStore.Tests.Project;

/// <summary>What a project is follows from its place in the repository, whatever the folders above are called.</summary>
public sealed class BuildPropertyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("remotestore-build").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("clone")]
    [InlineData("src/clone")]
    public async Task Only_projects_of_the_source_folder_are_libraries(string place)
    {
        var root = Path.Combine(_folder, place);
        Assert.Equal("true", await IsLibraryAsync(root, "src/One"));
        Assert.Equal("", await IsLibraryAsync(root, "tests/One.Tests"));
        Assert.Equal("", await IsLibraryAsync(root, "bench/src.Bench"));
    }

    private static async Task<string> IsLibraryAsync(string root, string project)
    {
        var file = Path.Combine(root, project, "Project.csproj");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.Copy(Path.Combine(Repository.Root, "Directory.Build.props"), Path.Combine(root, "Directory.Build.props"), overwrite: true);
        await File.WriteAllTextAsync(file, "<Project Sdk=\"Microsoft.NET.Sdk\" />", Token);
        var start = new ProcessStartInfo("dotnet", ["msbuild", file, "-getProperty:IsLibrary", "-nologo"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.Equal(0, process.ExitCode);
        return output.Trim();
    }
}
