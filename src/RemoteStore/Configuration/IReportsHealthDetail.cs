namespace RemoteStore;

/// <summary>
/// A backend that works with a limitation that its operator should see. Reached through layers by <see cref="AsyncBackend.Unwrap{T}"/>.
/// </summary>
internal interface IReportsHealthDetail
{
    /// <summary>The limitation as one word; null for none.</summary>
    string? HealthDetail { get; }
}
