namespace RemoteStore;

/// <summary>
/// The access rules: a configuration section. Without a rule every accepted caller may do everything; otherwise only what a rule allows.
/// </summary>
public sealed class AccessOptions
{
    /// <summary>The rules, by any name (in JSON also an array). Default none.</summary>
    public IDictionary<string, AccessRuleOptions> Rules { get; } =
        new Dictionary<string, AccessRuleOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The roles that rules may name. Default none.</summary>
    public IDictionary<string, AccessRoleOptions> Roles { get; } =
        new Dictionary<string, AccessRoleOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Certificates that are rejected although the authority issued them, by any name (in JSON also an array). Default none.
    /// </summary>
    public IDictionary<string, RefusedCertificateOptions> RefusedCertificates { get; } =
        new Dictionary<string, RefusedCertificateOptions>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>One rule: what it allows. Rules cannot deny anything.</summary>
public sealed class AccessRuleOptions
{
    /// <summary>
    /// The principal's name; <c>*</c> for all authenticated callers; null if <see cref="Role"/> or <see cref="Anonymous"/> is set.
    /// </summary>
    public string? Principal { get; set; }

    /// <summary>The role to whose members the rule applies.</summary>
    public string? Role { get; set; }

    /// <summary>Whether the rule applies to unauthenticated callers; default false.</summary>
    public bool Anonymous { get; set; }

    /// <summary>The store's name; <c>*</c> for all. Required.</summary>
    public string? Store { get; set; }

    /// <summary>
    /// The folder or file at and below which the rule applies; empty, the default, for the whole store. <c>a/b</c> does not match
    /// <c>a/bc</c>.
    /// </summary>
    public string Prefix { get; set; } = "";

    /// <summary>The allowed verbs, separated by commas. Required.</summary>
    public AccessVerbs Verbs { get; set; }
}

/// <summary>A role.</summary>
public sealed class AccessRoleOptions
{
    /// <summary>The names of its principals, separated by commas.</summary>
    public string Members { get; set; } = "";
}

/// <summary>A rejected certificate: by its serial number or its subject's name, exactly one of them.</summary>
public sealed class RefusedCertificateOptions
{
    /// <summary>The serial number in hexadecimal, as OpenSSL prints it; colons and leading zeros do not matter.</summary>
    public string? Serial { get; set; }

    /// <summary>The principal's name: all certificates of that name are rejected.</summary>
    public string? Subject { get; set; }
}
