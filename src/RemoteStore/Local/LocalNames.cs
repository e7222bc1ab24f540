namespace RemoteStore.Local;

/// <summary>
/// Refuses to write to a root whose mount takes different names for one. It is asked once, before the first change or by a health check.
/// </summary>
/// <param name="options">Whether it may.</param>
/// <param name="probe">Finds it out; null where that cannot be done.</param>
/// <param name="allowed">Called once with what the mount does, where that is allowed.</param>
internal sealed class LocalNames(LocalBackendOptions options, Func<LocalFolder, NameFolding?> probe, Action<string> allowed)
{
    private readonly bool _isAllowed = options.AllowNameFolding ?? (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS());
    private readonly Lock _lock = new();
    private NameFolding? _found;

    /// <exception cref="BackendUnavailableException">The mount folds names, and that is not allowed.</exception>
    internal void Check(LocalFolder root)
    {
        lock (_lock)
        {
            if (_found is null && probe(root) is { } found)
                Note(found);
            if (_found is not (null or NameFolding.None) && !_isAllowed)
                throw Refused(_found.Value);
        }
    }

    internal bool IsKnown
    {
        get
        {
            lock (_lock)
                return _found is NameFolding.None || (_found is not null && _isAllowed);
        }
    }

    internal static BackendUnavailableException Refused(NameFolding folding) =>
        new(
            $"The root is on a file system that does not distinguish {NameProbe.Describe(folding)}: two keys could be one file. Use "
                + "another one, or set AllowNameFolding"
                + " if no two keys differ only in that."
        )
        {
            Code = ErrorCodes.NameFolding,
            IsTransient = false,
            RefusedBeforeExecution = true,
        };

    private void Note(NameFolding found)
    {
        _found = found;
        if (found != NameFolding.None && _isAllowed)
            allowed(NameProbe.Describe(found));
    }
}
