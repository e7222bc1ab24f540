using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace RemoteStore.Sftp.Tests;

/// <summary>
/// A TCP proxy on loopback that holds every byte back for a while, in both directions, and can stop or break what goes through it.
/// </summary>
public sealed class DelayingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly long _delay;
    private readonly Lock _lock = new();
    private readonly List<Socket> _sockets = [];
    private TaskCompletionSource _flowing = Flowing();
    private int _connections;

    /// <param name="target">The port on loopback to forward to.</param>
    /// <param name="oneWay">How long a byte takes in each direction: half of what is added to a round trip.</param>
    public DelayingProxy(int target, TimeSpan oneWay)
    {
        _target = target;
        _delay = (long)(oneWay.TotalSeconds * Stopwatch.Frequency);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>From now on nothing gets through, and nobody is reported.</summary>
    public void Freeze() =>
        Interlocked.Exchange(ref _flowing, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public void Thaw() => _flowing.TrySetResult();

    /// <summary>Breaks all connections there are; new ones are accepted.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _sockets.ForEach(s => s.Dispose());
            _sockets.Clear();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        Thaw();
        Cut();
    }

    private static TaskCompletionSource Flowing()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ForwardAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The proxy was disposed.
        }
    }

    private async Task ForwardAsync(Socket near)
    {
        Interlocked.Increment(ref _connections);
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        lock (_lock)
            _sockets.AddRange([near, far]);
        try
        {
            near.NoDelay = far.NoDelay = true;
            await _flowing.Task;
            await far.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAll(PumpAsync(near, far), PumpAsync(far, near));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side has gone: so does the other.
        }
        finally
        {
            near.Dispose();
            far.Dispose();
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var held = Channel.CreateBounded<(long Due, byte[] Bytes)>(4096);
        var sending = SendAsync(held.Reader, to);
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
                await held.Writer.WriteAsync((Stopwatch.GetTimestamp() + _delay, buffer[..count]));
        }
        finally
        {
            held.Writer.Complete();
        }

        await sending;
        to.Shutdown(SocketShutdown.Send);
    }

    private async Task SendAsync(ChannelReader<(long Due, byte[] Bytes)> held, Socket to)
    {
        await foreach (var (due, bytes) in held.ReadAllAsync())
        {
            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (left > TimeSpan.FromMilliseconds(0.5))
                await Task.Delay(left);
            await _flowing.Task;
            for (var sent = 0; sent < bytes.Length; )
                sent += await to.SendAsync(bytes.AsMemory(sent));
        }
    }
}
