namespace RemoteStore.Sftp.Protocol;

/// <summary>Kinds of packets of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 3).</summary>
internal enum PacketKind : byte
{
    Init = 1,
    Version = 2,
    Open = 3,
    Close = 4,
    Read = 5,
    Write = 6,
    LinkStat = 7,
    HandleStat = 8,
    SetStat = 9,
    OpenFolder = 11,
    ReadFolder = 12,
    Remove = 13,
    MakeFolder = 14,
    RemoveFolder = 15,
    Stat = 17,
    Rename = 18,
    ReadLink = 19,
    SymLink = 20,
    Status = 101,
    Handle = 102,
    Data = 103,
    Names = 104,
    Attributes = 105,
    Extended = 200,
    ExtendedReply = 201,
}

/// <summary>Codes of a status answer (section 7). Version 3 has few: most failures are <see cref="Failure"/>.</summary>
internal enum StatusCode : uint
{
    Ok = 0,
    EndOfFile = 1,
    NoSuchFile = 2,
    PermissionDenied = 3,
    Failure = 4,
    BadMessage = 5,
    NoConnection = 6,
    ConnectionLost = 7,
    Unsupported = 8,
}

/// <summary>How a file is opened (section 6.3).</summary>
[Flags]
internal enum OpenModes : uint
{
    Read = 0x01,
    Write = 0x02,
    Create = 0x08,
    Exclusive = 0x20,
}
