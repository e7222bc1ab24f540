namespace RemoteStore;

/// <summary>
/// Decides authorization, for every way into a store. Uses canonical keys; check both ends of a move or a copy. Immutable and safe for all
/// threads.
/// </summary>
public sealed class AccessPolicy
{
    private const string Everything = "*";
    private readonly Rule[] _rules;

    private AccessPolicy(Rule[] rules) => _rules = rules;

    /// <summary>The policy without rules: everything is allowed.</summary>
    public static AccessPolicy Open { get; } = new([]);

    /// <summary>Whether there are rules: then everything that no rule allows is rejected.</summary>
    public bool HasRules => _rules.Length > 0;

    /// <summary>Creates a policy.</summary>
    /// <param name="options">The rules.</param>
    /// <exception cref="ArgumentException">A rule or role is invalid; the message has one line for each fault, with its key.</exception>
    public static AccessPolicy Create(AccessOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = Faults(options).ToList();
        if (faults.Count > 0)
            throw new ArgumentException(string.Join('\n', faults), nameof(options));
        return new AccessPolicy([.. options.Rules.Values.Select(r => Rule.From(r, options.Roles))]);
    }

    /// <summary>Whether a principal may do all of the given verbs at a path.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="verbs">The verbs.</param>
    /// <param name="store">The store's name.</param>
    /// <param name="key">The canonical key; empty for the root.</param>
    public bool Allows(Principal principal, AccessVerbs verbs, string store, string key)
    {
        ArgumentNullException.ThrowIfNull(principal);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(key);
        if (!HasRules)
            return true;
        foreach (var rule in _rules)
        {
            if (rule.IsFor(principal, store) && rule.Covers(key))
                verbs &= ~rule.Verbs;
        }

        return verbs == AccessVerbs.None;
    }

    /// <summary>Whether a principal may do anything in a store. If so, it may see that the store exists, and its capabilities.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="store">The store's name.</param>
    public bool AllowsAny(Principal principal, string store)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return !HasRules || Array.Exists(_rules, r => r.IsFor(principal, store));
    }

    private static IEnumerable<string> Faults(AccessOptions options)
    {
        foreach (var (name, rule) in options.Rules)
        {
            var key = $"{nameof(options.Rules)}:{name}";
            if (new[] { rule.Principal is not null, rule.Role is not null, rule.Anonymous }.Count(set => set) != 1)
                yield return $"{key}: exactly one of Principal, Role and Anonymous must be set";
            if (rule.Principal is { } principal && string.IsNullOrWhiteSpace(principal))
                yield return $"{key}:Principal: must not be empty";
            if (rule.Role is { } role && !options.Roles.ContainsKey(role))
                yield return $"{key}:Role: '{role}' is not a configured role";
            if (string.IsNullOrWhiteSpace(rule.Store))
                yield return $"{key}:Store: must be the name of a store, or * for all";
            if (rule.Verbs == AccessVerbs.None || (rule.Verbs & ~AccessVerbs.All) != 0)
                yield return $"{key}:Verbs: must be one or more of {string.Join(", ", Enum.GetNames<AccessVerbs>()[1..])}";
            if (!IsCanonical(rule.Prefix))
                yield return $"{key}:Prefix: must be a canonical path without a leading or trailing slash";
        }
    }

    private static bool IsCanonical(string prefix)
    {
        try
        {
            return prefix.Length == 0 || KernelKeys.File(prefix, nameof(AccessPolicy)) == prefix;
        }
        catch (InvalidPathException)
        {
            return false;
        }
    }

    private sealed record Rule(HashSet<string>? Names, bool IsAnonymous, string Store, string Prefix, AccessVerbs Verbs)
    {
        internal static Rule From(AccessRuleOptions rule, IDictionary<string, AccessRoleOptions> roles)
        {
            string[] names = rule.Role is { } role
                ? roles[role].Members.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                : [rule.Principal ?? Everything];
            var isForAll = rule.Principal == Everything;
            return new Rule(
                isForAll || rule.Anonymous ? null : names.ToHashSet(StringComparer.Ordinal),
                rule.Anonymous,
                rule.Store!,
                rule.Prefix,
                rule.Verbs
            );
        }

        internal bool IsFor(Principal principal, string store) =>
            (Store == Everything || Store == store)
            && (principal.Name is { } name ? !IsAnonymous && Names?.Contains(name) != false : IsAnonymous);

        internal bool Covers(string key) =>
            Prefix.Length == 0
            || (key.StartsWith(Prefix, StringComparison.Ordinal) && (key.Length == Prefix.Length || key[Prefix.Length] == '/'));
    }
}
