using System.Globalization;
using System.Text;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Tests;

/// <summary>A file of a scripted server.</summary>
internal sealed class ScriptedFile
{
    internal byte[] Content { get; set; } = [];

    internal uint LastModified { get; set; }

    /// <summary>Type and permissions.</summary>
    internal uint Mode { get; set; }

    internal uint Group { get; set; } = 100;

    /// <summary>The text of a symbolic link; null for other files.</summary>
    internal string? Target { get; init; }
}

/// <summary>The files of a scripted server, and its honest answers. Requests come one at a time.</summary>
internal sealed class ScriptedFiles
{
    internal const string Root = "/root";
    internal const uint Regular = 0x8000;
    internal const uint Folder = 0x4000;
    internal const uint Link = 0xA000;

    internal static readonly string[] AllExtensions =
    [
        "posix-rename@openssh.com",
        "hardlink@openssh.com",
        "fsync@openssh.com",
        "limits@openssh.com",
        "copy-data",
    ];

    private readonly Dictionary<string, (string Path, bool Listed)> _handles = [];
    private int _lastHandle;

    internal Dictionary<string, ScriptedFile> All { get; } =
        new(StringComparer.Ordinal) { [Root] = new ScriptedFile { Mode = Folder | 0x1ED } };

    internal string[] Extensions { get; init; } = AllExtensions;

    internal uint Version { get; init; } = 3;

    /// <summary>The four numbers of limits@openssh.com: packet, read, write, handles.</summary>
    internal ulong[] Limits { get; init; } = [0, 0, 0, 0];

    /// <summary>The time of files that are made or written to.</summary>
    internal uint Now { get; set; } = 1_700_000_000;

    /// <summary>The last second that the file system keeps; later ones become it.</summary>
    internal uint LastSecond { get; set; } = uint.MaxValue;

    /// <summary>The permissions that a new file does not get.</summary>
    internal uint Umask { get; set; } = 0x12;

    /// <summary>What every request was, in order.</summary>
    internal List<string> Requests { get; } = [];

    internal ScriptedFile Add(string key, string content, uint mode = 0x1A4) =>
        All[$"{Root}/{key}"] = new ScriptedFile
        {
            Content = Encoding.UTF8.GetBytes(content),
            LastModified = Now,
            Mode = Regular | mode,
        };

    internal ScriptedFile this[string key] => All[$"{Root}/{key}"];

    internal IEnumerable<string> Names => All.Keys.Where(k => k != Root).Select(k => k[(Root.Length + 1)..]).Order(StringComparer.Ordinal);

    internal byte[] Answer(ScriptedRequest request)
    {
        Requests.Add(request.Name);
        try
        {
            return Honest(request);
        }
        catch (Exception e) when (e is KeyNotFoundException or ArgumentException or ProtocolException)
        {
            // The request repeats something wrong that a test has put into an answer.
            return Packets.Status(request, StatusCode.Failure);
        }
    }

    private byte[] Honest(ScriptedRequest request) =>
        request.Kind switch
        {
            PacketKind.Init => VersionPacket(),
            PacketKind.Open => Opened(request),
            PacketKind.Close => _handles.Remove(request.Text()) ? Packets.Ok(request) : Packets.Status(request, StatusCode.Failure),
            PacketKind.Read => Data(request),
            PacketKind.Write => Written(request),
            PacketKind.LinkStat => Attributes(request, All.GetValueOrDefault(request.Text())),
            PacketKind.Stat => Attributes(request, Followed(request.Text())),
            PacketKind.HandleStat => Attributes(request, FileOf(request.Text())),
            PacketKind.SetStat => Set(request),
            PacketKind.OpenFolder => OpenedFolder(request),
            PacketKind.ReadFolder => ReadNames(request),
            PacketKind.Remove => All.Remove(request.Text()) ? Packets.Ok(request) : Packets.Status(request, StatusCode.NoSuchFile),
            PacketKind.MakeFolder => Made(request, request.Text(), new ScriptedFile { Mode = Folder | 0x1ED, LastModified = Now }),
            PacketKind.RemoveFolder => All.Remove(request.Text()) ? Packets.Ok(request) : Packets.Status(request, StatusCode.NoSuchFile),
            PacketKind.Rename => Renamed(request, replace: false),
            PacketKind.ReadLink => LinkText(request),
            PacketKind.SymLink => SymLinked(request),
            PacketKind.Extended => Extension(request),
            _ => Packets.Status(request, StatusCode.Unsupported),
        };

    private byte[] VersionPacket()
    {
        var packet = PacketWriter.Request(PacketKind.Version).UInt32(Version);
        foreach (var name in Extensions)
            packet.Text(name).Text("1");
        // The one packet without an id: its version is where the id would be.
        return [.. Packets.WithoutId(packet)];
    }

    private byte[] Extension(ScriptedRequest request)
    {
        switch (request.Text())
        {
            case "limits@openssh.com":
                var reply = PacketWriter.Request(PacketKind.ExtendedReply);
                Array.ForEach(Limits, n => reply.UInt64(n));
                return Packets.Seal(reply, request);
            case "posix-rename@openssh.com":
                return Renamed(request, replace: true);
            case "hardlink@openssh.com":
                return All.GetValueOrDefault(request.Text()) is { } file
                    ? Made(request, request.Text(), file)
                    : Packets.Status(request, StatusCode.NoSuchFile);
            case "copy-data":
                var (from, offset, count, to) = (
                    Opened(request.Text()),
                    (int)request.UInt64(),
                    (int)request.UInt64(),
                    Opened(request.Text())
                );
                to.Content = [.. to.Content, .. from.Content[offset..(offset + count)]];
                return Packets.Ok(request);
            default:
                return Packets.Ok(request);
        }
    }

    private byte[] Opened(ScriptedRequest request)
    {
        var (path, modes, attributes) = (request.Text(), (OpenModes)request.UInt32(), request.Attributes());
        if (modes.HasFlag(OpenModes.Create))
        {
            if (All.ContainsKey(path))
                return Packets.Status(request, StatusCode.Failure);
            if (!All.ContainsKey(ParentOf(path)))
                return Packets.Status(request, StatusCode.NoSuchFile);
            All[path] = new ScriptedFile { Mode = Regular | ((attributes.Permissions ?? 0x1B6) & ~Umask), LastModified = Now };
        }

        return Followed(path) is null ? Packets.Status(request, StatusCode.NoSuchFile) : NewHandle(request, path);
    }

    private byte[] OpenedFolder(ScriptedRequest request) =>
        request.Text() is var path && All.GetValueOrDefault(path) is { } folder && (folder.Mode & Folder) == Folder
            ? NewHandle(request, path)
            : Packets.Status(request, StatusCode.NoSuchFile);

    private byte[] NewHandle(ScriptedRequest request, string path)
    {
        var handle = string.Create(CultureInfo.InvariantCulture, $"h{++_lastHandle}");
        _handles[handle] = (path, false);
        return Packets.Seal(PacketWriter.Request(PacketKind.Handle).Text(handle), request);
    }

    private byte[] Data(ScriptedRequest request)
    {
        var (file, offset, count) = (Opened(request.Text()), request.UInt64(), request.UInt32());
        if (offset >= (ulong)file.Content.Length)
            return Packets.Status(request, StatusCode.EndOfFile);
        var length = (int)Math.Min(count, (ulong)file.Content.Length - offset);
        return Packets.Data(request, file.Content.AsSpan((int)offset, length));
    }

    private byte[] Written(ScriptedRequest request)
    {
        var (file, offset, bytes) = (Opened(request.Text()), (int)request.UInt64(), request.Bytes());
        var content = file.Content;
        Array.Resize(ref content, Math.Max(content.Length, offset + bytes.Length));
        bytes.CopyTo(content, offset);
        (file.Content, file.LastModified) = (content, Math.Min(Now, LastSecond));
        return Packets.Ok(request);
    }

    private byte[] Set(ScriptedRequest request)
    {
        if (Followed(request.Text()) is not { } file)
            return Packets.Status(request, StatusCode.NoSuchFile);
        var attributes = request.Attributes();
        if (attributes.LastModified is { } time)
            file.LastModified = Math.Min(time, LastSecond);
        if (attributes.Permissions is { } mode)
            file.Mode = (file.Mode & 0xF000) | (mode & 0xFFF);
        return Packets.Ok(request);
    }

    private byte[] ReadNames(ScriptedRequest request)
    {
        var handle = request.Text();
        var (path, listed) = _handles[handle];
        if (listed)
            return Packets.Status(request, StatusCode.EndOfFile);
        _handles[handle] = (path, true);
        return Packets.Names(
            request,
            [.. All.Where(f => f.Key != path && ParentOf(f.Key) == path).Select(f => (f.Key[(path.Length + 1)..], f.Value))]
        );
    }

    private byte[] Renamed(ScriptedRequest request, bool replace)
    {
        var (from, to) = (request.Text(), request.Text());
        if (!All.TryGetValue(from, out var file))
            return Packets.Status(request, StatusCode.NoSuchFile);
        if (!replace && All.ContainsKey(to))
            return Packets.Status(request, StatusCode.Failure);
        All.Remove(from);
        All[to] = file;
        return Packets.Ok(request);
    }

    private byte[] SymLinked(ScriptedRequest request)
    {
        var (text, path) = (request.Text(), request.Text());
        return Made(
            request,
            path,
            new ScriptedFile
            {
                Mode = Link | 0x1FF,
                LastModified = Now,
                Target = text,
            }
        );
    }

    private byte[] Made(ScriptedRequest request, string path, ScriptedFile file) =>
        All.TryAdd(path, file) ? Packets.Ok(request) : Packets.Status(request, StatusCode.Failure);

    private byte[] LinkText(ScriptedRequest request) =>
        All.GetValueOrDefault(request.Text())?.Target is { } text
            ? Packets.Seal(PacketWriter.Request(PacketKind.Names).UInt32(1).Text(text).Text(text).UInt32(0), request)
            : Packets.Status(request, StatusCode.NoSuchFile);

    private static byte[] Attributes(ScriptedRequest request, ScriptedFile? file) =>
        file is null
            ? Packets.Status(request, StatusCode.NoSuchFile)
            : Packets.Seal(Packets.Write(PacketWriter.Request(PacketKind.Attributes), file), request);

    private ScriptedFile Opened(string handle) => FileOf(handle) ?? throw new KeyNotFoundException(handle);

    private ScriptedFile? FileOf(string handle) => _handles.TryGetValue(handle, out var open) ? Followed(open.Path) : null;

    private ScriptedFile? Followed(string path) =>
        All.GetValueOrDefault(path) switch
        {
            { Target: { } target } => Followed($"{ParentOf(path)}/{target}"),
            var file => file,
        };

    private static string ParentOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];
}
