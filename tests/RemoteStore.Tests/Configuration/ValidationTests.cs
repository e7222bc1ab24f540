using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace RemoteStore.Tests.Configuration;

/// <summary>Every mistake is reported by the key that has it, before anything is made.</summary>
public sealed class ValidationTests
{
    [Theory]
    [InlineData(
        """{"Stores":{"main":{"Backend":"disk"}}}""",
        "RemoteStore:Stores:main:Backend: 'disk' is not a configured backend. Known: none."
    )]
    [InlineData("""{"Stores":{"main":{}}}""", "RemoteStore:Stores:main:Backend: must be the name of a backend.")]
    [InlineData("""{"Stores":{"main":{"Backend":null}}}""", "RemoteStore:Stores:main:Backend: must be the name of a backend.")]
    [InlineData(
        """{"Stores":{"Main":{"Backend":"m"}},"Backends":{"m":{"Type":"memory"}}}""",
        "RemoteStore:Stores:Main: must have 1 to 63 lower-case letters"
    )]
    [InlineData("""{"Stores":{"a_b":{"Backend":"m"}},"Backends":{"m":{"Type":"memory"}}}""", "RemoteStore:Stores:a_b: must have")]
    [InlineData(
        """{"Stores":{"s":{"Backend":"m","Root":""}},"Backends":{"m":{"Type":"memory"}}}""",
        "RemoteStore:Stores:s:Root: must not be empty. Omit the key"
    )]
    [InlineData(
        """{"Stores":{"s":{"Backend":"m","Root":null}},"Backends":{"m":{"Type":"memory"}}}""",
        "RemoteStore:Stores:s:Root: must not be empty"
    )]
    [InlineData(
        """{"Stores":{"s":{"Backend":"m","Root":"../up"}},"Backends":{"m":{"Type":"memory"}}}""",
        "RemoteStore:Stores:s:Root: must be a valid path"
    )]
    [InlineData(
        """{"Stores":{"s":{"Backend":"m","Rot":"x"}},"Backends":{"m":{"Type":"memory"}}}""",
        "RemoteStore:Stores:s:Rot: unknown option. Did you mean 'Root'?"
    )]
    [InlineData(
        """{"Stores":{"s":{"Backend":"m","ReadOnly":"maybe"}},"Backends":{"m":{"Type":"memory"}}}""",
        "RemoteStore:Stores:s:ReadOnly: must be true or false."
    )]
    [InlineData("""{"Backends":{"m":{}}}""", "RemoteStore:Backends:m:Type: must be a type of backend. Known: ")]
    [InlineData("""{"Backends":{"m":{"Type":"tape"}}}""", "RemoteStore:Backends:m:Type: 'tape' is not a known type of backend. Known: ")]
    [InlineData("""{"Backends":{"M!":{"Type":"memory"}}}""", "RemoteStore:Backends:M!: must have")]
    [InlineData("""{"Backends":{"m":{"Type":"memory","Root":"x"}}}""", "RemoteStore:Backends:m:Root: unknown option.")]
    [InlineData("""{"Backends":{"m":{"Type":"memory","ReadOnly":"x"}}}""", "RemoteStore:Backends:m:ReadOnly: must be true or false.")]
    [InlineData("""{"Backends":{"p":{"Type":"probe","Cuont":2}}}""", "RemoteStore:Backends:p:Cuont: unknown option. Did you mean 'Count'?")]
    [InlineData("""{"Backends":{"p":{"Type":"probe","Name":"x"}}}""", "RemoteStore:Backends:p:Name: unknown option.")]
    [InlineData("""{"Backends":{"p":{"Type":"probe","Count":"many"}}}""", "RemoteStore:Backends:p:Count: must be a whole number")]
    [InlineData("""{"Backends":{"p":{"Type":"probe","Count":-1}}}""", "RemoteStore:Backends:p:Count: must not be negative.")]
    [InlineData("""{"Backends":{"p":{"Type":"probe","Grace":"soon"}}}""", "RemoteStore:Backends:p:Grace: must be a duration")]
    [InlineData("""{"Backends":{"p":{"Type":"probe","Kind":"x"}}}""", "RemoteStore:Backends:p:Kind: must be one of None, File, Folder.")]
    [InlineData(
        """{"Backends":{"p":{"Type":"probe","Inner":{"Fst":true}}}}""",
        "RemoteStore:Backends:p:Inner:Fst: unknown option. Did you mean 'Fast'?"
    )]
    [InlineData(
        """{"Backends":{"m":{"Type":"memory","Resilience":{"MaxAttempts":0}}}}""",
        "RemoteStore:Backends:m:Resilience:MaxAttempts: must be between 1 and 20."
    )]
    [InlineData(
        """{"Backends":{"m":{"Type":"memory","Resilience":{"MaxAttempt":2}}}}""",
        "RemoteStore:Backends:m:Resilience:MaxAttempt: unknown option. Did you mean 'MaxAttempts'?"
    )]
    [InlineData(
        """{"Backends":{"m":{"Type":"memory","Resilience":{"BaseDelay":"x"}}}}""",
        "RemoteStore:Backends:m:Resilience:BaseDelay: must be a duration"
    )]
    [InlineData(
        """{"Backends":{"m":{"Type":"memory","Resilience":"often"}}}""",
        "RemoteStore:Backends:m:Resilience: must be true or false."
    )]
    [InlineData("""{"Store":{"s":{"Backend":"m"}}}""", "RemoteStore:Store: unknown key. Did you mean 'Stores'?")]
    [InlineData("""{"Backend":{"s":{"Type":"memory"}}}""", "RemoteStore:Backend: unknown key. Did you mean 'Backends'?")]
    public void A_mistake_is_reported_by_its_key(string section, string message)
    {
        using var services = Configured.Services($$"""{"RemoteStore":{{section}}}""");

        var error = Assert.Throws<OptionsValidationException>(services.GetRequiredService<StoreRegistry>);

        Assert.Contains(error.Failures, f => f.StartsWith(message, StringComparison.Ordinal));
        Assert.Single(error.Failures);
    }

    [Fact]
    public void All_mistakes_are_reported_together()
    {
        using var services = Configured.Services(
            """{"RemoteStore":{"Backends":{"m":{"Type":"tape"},"n":{"Type":"memory","X":1}},"Stores":{"s":{"Backend":"q"},"T":{"Backend":"n"}}}}"""
        );

        Assert.Equal(4, Assert.Throws<OptionsValidationException>(services.GetRequiredService<StoreRegistry>).Failures.Count());
    }

    [Fact]
    public void A_message_never_shows_a_value_of_a_backend()
    {
        using var services = Configured.Services(
            """{"RemoteStore":{"Backends":{"p":{"Type":"probe","ConnectionString":"canary-1","Conection":"canary-2","Count":"canary-3","Grace":"canary-4"}}}}"""
        );

        var error = Assert.Throws<OptionsValidationException>(services.GetRequiredService<StoreRegistry>);

        Assert.Equal(3, error.Failures.Count());
        Assert.DoesNotContain("canary", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_does_not_start_with_a_mistake()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddConfiguration(Configured.Json("""{"RemoteStore":{"Stores":{"main":{"Backend":"disk"}}}}"""));
        builder.Services.AddRemoteStore(builder.Configuration);
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("RemoteStore:Stores:main:Backend", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("a-1", true)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("A", false)]
    [InlineData("a\n", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Names_follow_one_rule(string? name, bool valid) => Assert.Equal(valid, StoreNames.IsValid(name));

    [Fact]
    public void A_name_has_at_most_63_letters()
    {
        Assert.True(StoreNames.IsValid(new string('a', 63)));
        Assert.False(StoreNames.IsValid(new string('a', 64)));
    }
}
