namespace RemoteStore;

/// <summary>
/// A backend that works, but with a limit that its operator should see. Reached through layers by <see cref="AsyncBackend.Unwrap{T}"/>.
/// </summary>
internal interface IReportsHealthDetail
{
    /// <summary>The limit as one word; null for none.</summary>
    string? HealthDetail { get; }
}
