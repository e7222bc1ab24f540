namespace RemoteStore.Tests;

public sealed class AccessPolicyTests
{
    private const AccessVerbs All = AccessVerbs.All;

    [Fact]
    public void Without_rules_everybody_may_do_everything() =>
        Assert.True(AccessPolicy.Open.Allows(Principal.Anonymous, All, "s", "a") && !AccessPolicy.Open.HasRules);

    [Theory]
    [InlineData("a", true)]
    [InlineData("a/b", true)]
    [InlineData("ab", false)]
    [InlineData("A", false)]
    [InlineData("", false)]
    [InlineData("b/a", false)]
    public void A_prefix_covers_itself_and_what_is_below(string key, bool allowed) =>
        Assert.Equal(allowed, With(Rule("p", "s", "a", AccessVerbs.Read)).Allows(new Principal("p"), AccessVerbs.Read, "s", key));

    [Fact]
    public void Only_named_principals_stores_and_verbs_are_allowed()
    {
        var policy = With(Rule("p", "s", "", AccessVerbs.Read | AccessVerbs.List));
        Assert.True(policy.Allows(new Principal("p"), AccessVerbs.Read | AccessVerbs.List, "s", "a"));
        Assert.False(policy.Allows(new Principal("p"), AccessVerbs.Read | AccessVerbs.Write, "s", "a"));
        Assert.False(policy.Allows(new Principal("P"), AccessVerbs.Read, "s", "a"));
        Assert.False(policy.Allows(new Principal("p"), AccessVerbs.Read, "t", "a"));
        Assert.False(policy.Allows(Principal.Anonymous, AccessVerbs.Read, "s", "a"));
        Assert.True(policy.AllowsAny(new Principal("p"), "s"));
        Assert.False(policy.AllowsAny(new Principal("q"), "s"));
    }

    [Fact]
    public void Several_rules_add_up_for_one_path()
    {
        var policy = With(Rule("p", "*", "", AccessVerbs.Read), Rule("*", "s", "out", AccessVerbs.Write));
        Assert.True(policy.Allows(new Principal("p"), AccessVerbs.Read | AccessVerbs.Write, "s", "out/x"));
        Assert.False(policy.Allows(new Principal("q"), AccessVerbs.Read | AccessVerbs.Write, "s", "out/x"));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("anonymous")]
    [InlineData("(anonymous)")]
    [InlineData("")]
    public void A_rule_for_anonymous_callers_is_for_nobody_of_any_name(string name)
    {
        var policy = With(
            new AccessRuleOptions
            {
                Anonymous = true,
                Store = "s",
                Verbs = AccessVerbs.Read,
            }
        );
        Assert.True(policy.Allows(Principal.Anonymous, AccessVerbs.Read, "s", "a"));
        Assert.False(policy.Allows(new Principal(name), AccessVerbs.Read, "s", "a"));
    }

    [Fact]
    public void A_rule_for_everybody_is_not_for_anonymous_callers()
    {
        var policy = With(Rule("*", "s", "", AccessVerbs.Read));
        Assert.True(policy.Allows(new Principal("any"), AccessVerbs.Read, "s", "a"));
        Assert.False(policy.Allows(Principal.Anonymous, AccessVerbs.Read, "s", "a"));
    }

    [Fact]
    public void A_role_represents_its_members()
    {
        var options = new AccessOptions
        {
            Roles = { ["ops"] = new AccessRoleOptions { Members = "a, b" } },
            Rules =
            {
                ["0"] = new AccessRuleOptions
                {
                    Role = "ops",
                    Store = "s",
                    Verbs = All,
                },
            },
        };
        var policy = AccessPolicy.Create(options);
        Assert.True(policy.Allows(new Principal("b"), All, "s", ""));
        Assert.False(policy.Allows(new Principal("ops"), AccessVerbs.Read, "s", ""));
    }

    [Fact]
    public void Wrong_rules_are_named_by_their_keys()
    {
        var options = new AccessOptions
        {
            Rules =
            {
                ["none"] = new AccessRuleOptions { Store = "s", Verbs = All },
                ["both"] = new AccessRuleOptions
                {
                    Principal = "p",
                    Anonymous = true,
                    Store = "s",
                    Verbs = All,
                },
                ["role"] = new AccessRuleOptions
                {
                    Role = "nobody",
                    Store = "s",
                    Verbs = All,
                },
                ["bare"] = new AccessRuleOptions { Principal = "p", Prefix = "/a/" },
            },
        };
        var message = Assert.Throws<ArgumentException>(() => AccessPolicy.Create(options)).Message;
        foreach (
            var fault in new[]
            {
                "Rules:none: exactly one",
                "Rules:both: exactly one",
                "Rules:role:Role: 'nobody'",
                "Rules:bare:Store: must be",
                "Rules:bare:Verbs: must be",
                "Rules:bare:Prefix: must",
            }
        )
            Assert.Contains(fault, message, StringComparison.Ordinal);
    }

    private static AccessRuleOptions Rule(string principal, string store, string prefix, AccessVerbs verbs) =>
        new()
        {
            Principal = principal,
            Store = store,
            Prefix = prefix,
            Verbs = verbs,
        };

    private static AccessPolicy With(params AccessRuleOptions[] rules)
    {
        var options = new AccessOptions();
        foreach (var rule in rules)
            options.Rules.Add($"{options.Rules.Count}", rule);
        return AccessPolicy.Create(options);
    }
}
