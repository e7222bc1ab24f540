namespace RemoteStore.Tests.Layers;

/// <summary>Content that can be read once.</summary>
internal sealed class OneWayStream(byte[] bytes) : MemoryStream(bytes)
{
    public override bool CanSeek => false;
}

/// <summary>Its files give one byte and then fail.</summary>
internal sealed class BrokenStreamBackend() : DelegatingBackend(new AsyncMemoryBackend())
{
    internal int Opened { get; private set; }

    public override ValueTask<RemoteReadStream> ReadAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        Opened++;
        return new ValueTask<RemoteReadStream>(new Broken());
    }

    private sealed class Broken : RemoteReadStream
    {
        private bool _given;

        public override RemoteFileInfo Info => new("a", 2);

        public override bool CanSeek => false;

        public override long Length => 2;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_given)
                throw new BackendUnavailableException("The connection broke.");
            _given = true;
            return 1;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(new byte[1], 0, 1));

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    }
}
