using System.Text.RegularExpressions;

namespace RemoteStore.Tests.Project;

/// <summary>Each option that can be set is on its page, under its name.</summary>
public sealed partial class DocumentedOptionsTests
{
    [Theory]
    [InlineData("src/RemoteStore/Local/LocalBackendOptions.cs", "docs/backends/local.md")]
    [InlineData("src/RemoteStore.Sftp/SftpBackendOptions.cs", "docs/backends/sftp.md")]
    [InlineData("src/RemoteStore.Azure/AzureBackendOptions.cs", "docs/backends/azure.md")]
    [InlineData("src/RemoteStore.S3/S3BackendOptions.cs", "docs/backends/s3.md")]
    [InlineData("src/RemoteStore/Layers/ResilienceOptions.cs", "docs/resilience.md")]
    [InlineData("src/RemoteStore.Client/RemoteStoreClientOptions.cs", "docs/configuration.md")]
    [InlineData("src/RemoteStore.Silo/Settings/SiloSettings.cs", "docs/configuration.md")]
    [InlineData("src/RemoteStore.Silo/Settings/SiloStoreSettings.cs", "docs/configuration.md")]
    [InlineData("src/RemoteStore.Silo/Settings/SiloOtlpSettings.cs", "docs/configuration.md")]
    public void Each_option_is_on_its_page(string source, string page)
    {
        var names = Option().Matches(File.ReadAllText(Path.Combine(Repository.Root, source))).Select(m => m.Groups[1].Value).ToList();
        var words = Code()
            .Matches(File.ReadAllText(Path.Combine(Repository.Root, page)))
            .SelectMany(m => Word().Matches(m.Value))
            .Select(w => w.Value);
        Assert.NotEmpty(names);
        Assert.Empty(names.Except(words));
    }

    [GeneratedRegex(@"^    public [\w<>?,\[\] .]+ (\w+) \{ get; (?:set|init); \}", RegexOptions.Multiline)]
    private static partial Regex Option();

    [GeneratedRegex("`[^`\n]+`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
