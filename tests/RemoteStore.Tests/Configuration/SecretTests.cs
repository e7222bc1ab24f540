using System.ComponentModel;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace RemoteStore.Tests.Configuration;

public sealed class SecretTests
{
    private const string Canary = "canary-7f3e";
    private readonly Secret _secret = new(Canary);

    [Fact]
    public void Every_text_form_is_masked()
    {
        Assert.Equal("***", _secret.ToString());
        Assert.Equal("***", $"{_secret}");
        Assert.Equal("***", string.Concat(_secret));
        Assert.Equal("***", TypeDescriptor.GetConverter(typeof(Secret)).ConvertToInvariantString(_secret));
        Assert.Equal("\"***\"", JsonSerializer.Serialize(_secret));
        Assert.Equal("{\"Key\":\"***\"}", JsonSerializer.Serialize(new Holder { Key = _secret }));
        Assert.DoesNotContain(Canary, new Holder { Key = _secret }.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, new InvalidOperationException($"bad key {_secret}").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_logger_shows_the_mask()
    {
        var log = new ListLogger<SecretTests>();
        if (log.IsEnabled(LogLevel.Information))
            log.LogInformation("connecting with {Key}", _secret);
        Assert.Equal(["Information connecting with ***"], log.Entries);
    }

    [Fact]
    public void Only_reveal_gives_the_text() => Assert.Equal(Canary, _secret.Reveal());

    [Fact]
    public void Equality_is_by_value()
    {
        Assert.Equal(new Secret(Canary), _secret);
        Assert.Equal(new Secret(Canary).GetHashCode(), _secret.GetHashCode());
        Assert.True(_secret == Canary);
        Assert.True(_secret != new Secret(Canary + "x"));
        Assert.False(_secret.Equals(null));
    }

    [Fact]
    public void It_is_read_from_configuration_and_json()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Key", Canary)]).Build();
        Assert.Equal(_secret, configuration.Get<Holder>()!.Key);
        Assert.Equal(_secret, JsonSerializer.Deserialize<Holder>($"{{\"Key\":\"{Canary}\"}}")!.Key);
        Assert.Null(JsonSerializer.Deserialize<Holder>("{\"Key\":null}")!.Key);
    }

    internal sealed record Holder
    {
        public Secret? Key { get; init; }
    }
}
