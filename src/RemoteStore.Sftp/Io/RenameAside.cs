using RemoteStore.Local;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Io;

/// <summary>
/// Replaces a file on a server without a replacing rename: the old file is moved aside to a hidden name, and restored when the
/// new file cannot take its place. For a moment no file has the public name. Nothing is deleted before the new file has it.
/// </summary>
internal sealed class RenameAside(SftpDriver driver, Session session, string key)
{
    private readonly string _path = driver.Paths.Of(key);

    internal void Replace(string from)
    {
        try
        {
            session.Send(Requests.Rename(from, _path)).Done();
            return;
        }
        catch (StatusException e) when (e.Code is not (StatusCode.NoSuchFile or StatusCode.PermissionDenied))
        {
            if (session.Send(Requests.Stat(_path)).AttributesIfAny() is null)
                throw;
        }

        var name = BackupName.New(LocalKeys.NameOf(key), driver.Now);
        var backup = driver.Paths.SiblingOf(key, name);
        session.Send(Requests.Rename(_path, backup)).Done();
        try
        {
            session.Send(Requests.Rename(from, _path)).Done();
        }
        catch (IOException)
        {
            Restore(backup, name);
            throw;
        }

        session.SendAndForget(Requests.Remove(backup));
    }

    private void Restore(string backup, string name)
    {
        try
        {
            session.Send(Requests.Rename(backup, _path)).Done();
        }
        catch (IOException)
        {
            driver.NoteNotRestored(key, name);
        }
    }
}
