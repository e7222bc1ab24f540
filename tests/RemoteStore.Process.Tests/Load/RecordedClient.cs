using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace RemoteStore.Processes.Tests.Load;

/// <summary>What an ordinary client sends, so that a test can send it again without reading the answers.</summary>
internal static class RecordedClient
{
    /// <summary>Lets a client call, and returns its hello and the last message that names a text.</summary>
    internal static async Task<(byte[] Hello, byte[] Message)> RecordAsync(SiloProcess silo, string named, Func<AsyncStore, Task> call)
    {
        var sent = new MemoryStream();
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddRemoteStoreClient(o =>
        {
            o.Gateways.Clear();
            o.Gateways.Add(silo.Gateway);
        });
        builder.Services.Configure<ClientConnectionOptions>(o =>
            o.ConfigureConnection(c =>
                c.Use(next =>
                    connection =>
                    {
                        connection.Transport = new Recorded(connection.Transport, sent);
                        return next(connection);
                    }
                )
            )
        );
        using (var host = builder.Build())
        {
            await host.StartAsync();
            await call(host.Services.GetRequiredKeyedService<AsyncStore>("scratch"));
            await host.StopAsync();
        }

        var bytes = sent.ToArray();
        var start = 4 + BinaryPrimitives.ReadInt32LittleEndian(bytes);
        var hello = bytes[..start];
        byte[]? found = null;
        while (start + 8 <= bytes.Length)
        {
            var end =
                start
                + 8
                + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(start))
                + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(start + 4));
            if (bytes.AsSpan(start..end).IndexOf(Encoding.UTF8.GetBytes(named)) >= 0)
                found = bytes[start..end];
            start = end;
        }

        return (hello, found ?? throw new InvalidOperationException("No message names it."));
    }

    private sealed class Recorded(IDuplexPipe inner, MemoryStream sent) : IDuplexPipe
    {
        public PipeReader Input => inner.Input;

        public PipeWriter Output { get; } = new Writer(inner.Output, sent);
    }

    private sealed class Writer(PipeWriter inner, MemoryStream sent) : PipeWriter
    {
        private Memory<byte> _memory;

        public override void Advance(int bytes)
        {
            sent.Write(_memory.Span[..bytes]);
            _memory = _memory[bytes..];
            inner.Advance(bytes);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            inner.FlushAsync(cancellationToken);
    }
}
