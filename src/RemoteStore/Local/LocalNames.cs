namespace RemoteStore.Local;

/// <summary>
/// Rejects writes to a root whose mount treats different names as equal. Checked once, before the first change or by a health check.
/// </summary>
/// <param name="options">Whether it is allowed.</param>
/// <param name="probe">Detects it; null where that is not possible.</param>
/// <param name="allowed">Called once with the detected folding, where that is allowed.</param>
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
            $"The file system of the root does not distinguish {NameProbe.Describe(folding)}, so that two keys could be one file. "
                + "Use another file system, or set AllowNameFolding if no two keys differ only in that."
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
