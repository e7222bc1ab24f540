using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Sessions;

/// <summary>Two byte streams to an SFTP server. Disposed only when nothing is being written.</summary>
internal interface ISessionTransport : IDisposable
{
    /// <summary>The bytes from the server. Ends with the connection. The reader disposes it after its end.</summary>
    Stream Input { get; }

    /// <summary>The bytes to the server.</summary>
    Stream Output { get; }

    /// <summary>Called once when the session has begun: resources needed only for connecting can be released.</summary>
    void Begun();

    /// <summary>Ends the connection immediately, from any thread; blocked reads and writes fail.</summary>
    void Kill();

    /// <summary>Why the input ended. Waits briefly for the transport's last output.</summary>
    /// <param name="connected">Whether the session had begun.</param>
    SessionLostException Explain(bool connected);
}
