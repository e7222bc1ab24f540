using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Sessions;

/// <summary>Two byte streams to an SFTP server. It is disposed only when nothing is being written.</summary>
internal interface ISessionTransport : IDisposable
{
    /// <summary>What the server sends. Ends when the connection does. Anyone who reads it disposes it, when it has ended.</summary>
    Stream Input { get; }

    /// <summary>What the server gets.</summary>
    Stream Output { get; }

    /// <summary>Called once that the session has begun: what was needed only for connecting can go.</summary>
    void Begun();

    /// <summary>Ends the connection now, from any thread; blocked reads and writes fail.</summary>
    void Kill();

    /// <summary>Why the input ended. Waits a moment for the transport's last words.</summary>
    /// <param name="connected">Whether the session had begun.</param>
    SessionLostException Explain(bool connected);
}
