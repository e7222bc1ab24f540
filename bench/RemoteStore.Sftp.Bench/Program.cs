using RemoteStore.Sftp.Bench;
using RemoteStore.Sftp.Tests;

// The backend against OpenSSH's own sftp and against SSH.NET: one server, one run, pairs A B A B.
await using var server = new SshHost();
await server.InstallAndStartAsync();
using var proxy = new DelayingProxy(server.Port, TimeSpan.FromMilliseconds(25));
Console.WriteLine("| what | against | ms | reference ms | time ratio | goal |");
Console.WriteLine("|---|---|---|---|---|---|");
foreach (var (port, where) in new[] { (server.Port, "loopback"), (proxy.Port, "+50 ms round trip") })
{
    using var rows = new SftpRows(server, port, where);
    foreach (var row in rows.Run(args.Contains("quick") ? 1 : 5))
        Console.WriteLine(row);
}
