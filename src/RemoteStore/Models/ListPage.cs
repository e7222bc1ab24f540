namespace RemoteStore;

/// <summary>A part of a listing.</summary>
/// <param name="Entries">The entries, at most the requested number. May be empty although more follow.</param>
/// <param name="ContinuationToken">Pass it to the next call with the same path and options; null when the listing is complete.</param>
public sealed record ListPage(IReadOnlyList<RemoteEntry> Entries, string? ContinuationToken);
