namespace RemoteStore;

/// <summary>
/// Who may do what: a configuration section. Without a rule everybody who is let in may do everything; with one, only what a rule allows.
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
    /// Certificates that are refused although the authority issued them, by any name (in JSON also an array). Default none.
    /// </summary>
    public IDictionary<string, RefusedCertificateOptions> RefusedCertificates { get; } =
        new Dictionary<string, RefusedCertificateOptions>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>One rule: what it allows. Nothing can be forbidden by a rule.</summary>
public sealed class AccessRuleOptions
{
    /// <summary>
    /// The principal's name; <c>*</c> for everybody who was authenticated; null if <see cref="Role"/> or <see cref="Anonymous"/> is set.
    /// </summary>
    public string? Principal { get; set; }

    /// <summary>The role whose members the rule is for.</summary>
    public string? Role { get; set; }

    /// <summary>Whether the rule is for callers that were not authenticated; default false.</summary>
    public bool Anonymous { get; set; }

    /// <summary>The store's name; <c>*</c> for all. Required.</summary>
    public string? Store { get; set; }

    /// <summary>
    /// The folder or file at and below which it allows; empty, the default, for the whole store. <c>a/b</c> does not mean <c>a/bc</c>.
    /// </summary>
    public string Prefix { get; set; } = "";

    /// <summary>What it allows, separated by commas. Required.</summary>
    public AccessVerbs Verbs { get; set; }
}

/// <summary>A role.</summary>
public sealed class AccessRoleOptions
{
    /// <summary>The names of its principals, separated by commas.</summary>
    public string Members { get; set; } = "";
}

/// <summary>A certificate that is refused: by its serial number or its subject's name, one of the two.</summary>
public sealed class RefusedCertificateOptions
{
    /// <summary>The serial number in hexadecimal, as OpenSSL prints it; colons and leading zeros do not matter.</summary>
    public string? Serial { get; set; }

    /// <summary>The principal's name: all certificates of that name are refused.</summary>
    public string? Subject { get; set; }
}
