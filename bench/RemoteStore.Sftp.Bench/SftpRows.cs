using System.Diagnostics;
using System.Globalization;
using RemoteStore.Sftp.Tests;
using Renci.SshNet;

namespace RemoteStore.Sftp.Bench;

/// <summary>Large and small transfers over one port.</summary>
internal sealed class SftpRows : IDisposable
{
    private const int LargeSize = 100 * 1024 * 1024;
    private readonly SshHost _server;
    private readonly string _root;
    private readonly int _port;
    private readonly string _where;
    private readonly SftpBackend _backend;
    private readonly SftpBackend _hasty;
    private readonly SftpClient _client;
    private readonly byte[] _large = new byte[LargeSize];
    private readonly byte[] _small = new byte[4096];
    private readonly byte[] _sink = new byte[128 * 1024];
    private int _next;

    internal SftpRows(SshHost server, int port, string where)
    {
        (_server, _port, _where) = (server, port, where);
        var options = server.Options with { Port = port };
        _root = options.Root;
        _backend = new SftpBackend(options);
        _hasty = new SftpBackend(options with { Durable = false });
        _client = new SftpClient("127.0.0.1", port, server.User, new PrivateKeyFile(server.KeyFile));
        _client.HostKeyReceived += (_, e) => e.CanTrust = true;
        _client.Connect();
        new Random(1).NextBytes(_large);
        File.WriteAllBytes(Source, _large);
        _backend.CheckHealth();
        _hasty.CheckHealth();
        _backend.Write("large", _large);
        _backend.Write("small", _small);
    }

    private string Source => Path.Combine(_server.Folder, "source");

    private string Target => Path.Combine(_server.Folder, "target");

    public void Dispose()
    {
        _backend.Dispose();
        _hasty.Dispose();
        _client.Dispose();
    }

    internal IEnumerable<string> Run(int pairs)
    {
        yield return Row(
            pairs,
            "100 MB down",
            "sftp get, its connecting taken off",
            "<= 1",
            Download,
            () => Sftp($"get {_root}/large {Target}"),
            Sftp
        );
        yield return Row(
            pairs,
            "100 MB down",
            "SSH.NET DownloadFile",
            "<= 1.15",
            Download,
            () => _client.DownloadFile($"{_root}/large", Stream.Null)
        );
        yield return Row(
            pairs,
            "100 MB up, not synced",
            "sftp put, its connecting taken off",
            "<= 1",
            () => Upload(_hasty),
            () => Sftp($"put {Source} {_root}/other"),
            Sftp
        );
        yield return Row(
            pairs,
            "100 MB up, not synced",
            "SSH.NET UploadFile",
            "<= 1.15",
            () => Upload(_hasty),
            () => _client.UploadFile(new MemoryStream(_large), $"{_root}/other")
        );
        yield return Row(
            pairs,
            "100 MB up, synced",
            "sftp put -f, its connecting taken off",
            "<= 1",
            () => Upload(_backend),
            () => Sftp($"put -f {Source} {_root}/other"),
            Sftp
        );
        var count = _where == "loopback" ? 300 : 10;
        yield return Row(
            pairs,
            "4 KiB read",
            "SSH.NET ReadAllBytes",
            "<= 1.3",
            Times(count, () => _backend.ReadBytes("small")),
            Times(count, () => _client.ReadAllBytes($"{_root}/small"))
        );
        yield return Row(
            pairs,
            "4 KiB write, staged and not synced",
            "SSH.NET: write, close, posix rename",
            "<= 1.3",
            Times(count, () => _hasty.Write("s", _small, WriteOptions.Replace)),
            Times(count, SmallWrite)
        );
        yield return Row(
            pairs,
            "stat",
            "SSH.NET GetAttributes",
            "<= 1.3",
            Times(count, () => _backend.GetFileInfo("small")),
            Times(count, () => _client.GetAttributes($"{_root}/small"))
        );
    }

    private static Action Times(int count, Action action) =>
        () =>
        {
            for (var i = 0; i < count; i++)
                action();
        };

    private void SmallWrite()
    {
        var temp = $"{_root}/temp{_next++}";
        using (var stream = new MemoryStream(_small))
            _client.UploadFile(stream, temp);
        _client.RenameFile(temp, $"{_root}/t", isPosix: true);
    }

    private void Download()
    {
        using var stream = _backend.Read("large");
        while (stream.Read(_sink) > 0) { }
    }

    private void Upload(SftpBackend backend)
    {
        using var stream = new MemoryStream(_large);
        backend.Write("other", stream, WriteOptions.Replace);
    }

    private string Row(int pairs, string what, string against, string goal, Action subject, Action reference, Action? overhead = null)
    {
        subject();
        reference();
        var (subjects, references) = (new List<double>(), new List<double>());
        for (var i = 0; i < pairs; i++)
        {
            subjects.Add(Time(subject));
            references.Add(Time(reference) - (overhead is null ? 0 : Time(overhead)));
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {what}, {_where} | {against} | {Median(subjects):0.0} | {Median(references):0.0} | "
                + $"{Median([.. subjects.Zip(references, (s, r) => s / r)]):0.00} | {goal} |"
        );
    }

    private static double Time(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>OpenSSH's program doing next to nothing: what its start, its connecting and its end take.</summary>
    private void Sftp() => Sftp($"ls {_root}/small");

    private void Sftp(string command)
    {
        var start = new ProcessStartInfo(
            "sftp",
            [
                "-b",
                "-",
                "-q",
                "-P",
                _port.ToString(CultureInfo.InvariantCulture),
                "-F",
                "none",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "LogLevel=ERROR",
                "-i",
                _server.KeyFile,
                $"{_server.User}@127.0.0.1",
            ]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.WriteLine(command);
        process.StandardInput.Close();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"sftp: {command} ended with {process.ExitCode}");
    }
}
