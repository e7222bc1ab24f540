namespace RemoteStore.Processes.Tests;

/// <summary>
/// Hosts of a test: each is a network namespace with an address of its own, joined to the others by a bridge that has a namespace too.
/// Nothing of it is seen or reached from outside, so that any caller who talks to a host must run in one (<see cref="Start"/>).
/// </summary>
internal sealed class TestNetwork : IAsyncDisposable
{
    private const string Prefix = "remotestore";
    private const string Hub = "hub";
    private const string NobodysLink = "02:00:00:00:00:01";

    private TestNetwork(string name) => Name = name;

    internal static string Silo(int number) => $"silo{number}";

    internal const string Redis = "redis";
    internal const string Client = "client";

    private static readonly string[] Hosts = [Silo(0), Silo(1), Silo(2), Redis, Client];

    /// <summary>What <see cref="Open"/> finds it by, from any process.</summary>
    internal string Name { get; }

    internal static TestNetwork Open(string name) => new(name);

    internal static string AddressOf(string host) => $"10.77.0.{Array.IndexOf(Hosts, host) + 1}";

    /// <summary>Makes the hosts; where that is not allowed the test is skipped with the reason.</summary>
    internal static async Task<TestNetwork> CreateAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Network namespaces need Linux and root.");
        await CleanUpAsync();
        var network = new TestNetwork($"{Prefix}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}");
        try
        {
            await network.BuildAsync();
            return network;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            await network.DisposeAsync();
            Assert.Skip($"Network namespaces cannot be made here: {e.Message}");
            throw;
        }
    }

    /// <summary>Starts a program on a host.</summary>
    internal ChildProcess Start(
        string host,
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null
    ) => ChildProcess.Start("nsenter", [$"--net=/run/netns/{Space(host)}", file, .. arguments], environment);

    /// <summary>
    /// What one host sends to another is lost from now on, in this direction only and without a word, as in a network that drops it.
    /// </summary>
    internal Task DropAsync(string from, string to) =>
        IpAsync($"-n {Space(from)} neigh replace {AddressOf(to)} lladdr {NobodysLink} nud permanent dev eth0");

    /// <summary>Ends <see cref="DropAsync"/>.</summary>
    internal Task PassAsync(string from, string to) => IpAsync($"-n {Space(from)} neigh del {AddressOf(to)} dev eth0");

    /// <summary>Pulls a host's cable.</summary>
    internal Task UnplugAsync(string host) => IpAsync($"-n {Space(Hub)} link set {Port(host)} down");

    internal Task PlugAsync(string host) => IpAsync($"-n {Space(Hub)} link set {Port(host)} up");

    /// <summary>Ends what runs on the hosts, and removes them.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var host in await ListAsync(Name))
            await RemoveAsync(host);
    }

    private async Task BuildAsync()
    {
        await AddAsync(Hub);
        await IpAsync($"-n {Space(Hub)} link add name bridge type bridge");
        await IpAsync($"-n {Space(Hub)} link set bridge up");
        foreach (var host in Hosts)
        {
            await AddAsync(host);
            await IpAsync($"-n {Space(Hub)} link add name {Port(host)} type veth peer name eth0 netns {Space(host)}");
            await IpAsync($"-n {Space(Hub)} link set {Port(host)} master bridge up");
            await IpAsync($"-n {Space(host)} addr add {AddressOf(host)}/24 dev eth0");
            await IpAsync($"-n {Space(host)} link set eth0 up");
        }
    }

    private async Task AddAsync(string host)
    {
        await IpAsync($"netns add {Space(host)}");
        await IpAsync($"-n {Space(host)} link set lo up");
    }

    private string Space(string host) => $"{Name}-{host}";

    private static string Port(string host) => $"to-{host}";

    /// <summary>What a test process that was killed has left.</summary>
    private static async Task CleanUpAsync()
    {
        foreach (var space in await ListAsync(Prefix))
        {
            if (int.TryParse(space.Split('-')[1], out var owner) && !Directory.Exists($"/proc/{owner}"))
                await RemoveAsync(space);
        }
    }

    private static async Task<string[]> ListAsync(string prefix) =>
        [
            .. (await IpAsync("netns list"))
                .Split('\n')
                .Select(l => l.Split(' ')[0])
                .Where(n => n.StartsWith($"{prefix}-", StringComparison.Ordinal)),
        ];

    private static async Task RemoveAsync(string space)
    {
        foreach (var id in (await IpAsync($"netns pids {space}")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Kill(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture));
        await IpAsync($"netns del {space}");
    }

    private static void Kill(int process)
    {
        try
        {
            Signals.Send(process, Signal.Kill);
        }
        catch (IOException)
        {
            // It has ended by itself.
        }
    }

    private static async Task<string> IpAsync(string arguments)
    {
        await using var ip = ChildProcess.Start("ip", arguments.Split(' '));
        return await ip.ExitAsync() == 0 ? ip.Output : throw new InvalidOperationException($"ip {arguments}: {ip.Output}");
    }
}
