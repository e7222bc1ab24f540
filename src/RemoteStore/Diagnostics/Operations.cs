namespace RemoteStore;

/// <summary>The names of operations in spans, metrics and logs.</summary>
internal static class Operations
{
    internal const string Exists = "exists";
    internal const string Read = "read";
    internal const string ReadBytes = "read_bytes";
    internal const string Write = "write";
    internal const string WriteAtomic = "write_atomic";
    internal const string OpenAtomic = "open_atomic";
    internal const string ResumeAtomic = "resume_atomic";
    internal const string Commit = "commit";
    internal const string CommitStaged = "commit_staged";
    internal const string AbortStaged = "abort_staged";
    internal const string Delete = "delete";
    internal const string DeleteFolder = "delete_folder";
    internal const string List = "list";
    internal const string GetFileInfo = "get_file_info";
    internal const string GetFolderInfo = "get_folder_info";
    internal const string Move = "move";
    internal const string Copy = "copy";
    internal const string CheckHealth = "check_health";
}
