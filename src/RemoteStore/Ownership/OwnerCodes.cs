namespace RemoteStore;

/// <summary>The codes of what an owner refuses by itself, before anything happened. All of them pass: the caller may ask again.</summary>
internal static class OwnerCodes
{
    /// <summary>Another owner has changed the file, so this one was replaced without its knowledge.</summary>
    internal const string Stale = "StaleOwner";

    /// <summary>The call's deadline was over when it was about to be committed.</summary>
    internal const string Late = "DeadlinePassed";

    /// <summary>The path's turn did not come in time.</summary>
    internal const string Busy = "PathBusy";

    /// <summary>An earlier try of the same operation may still be executed at another owner.</summary>
    internal const string EarlierTry = "EarlierTry";
}
