using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace RemoteStore.Silo;

/// <summary>Gives connections blocks of 64 KiB instead of the default 4 KiB: a large download needs a sixteenth of them.</summary>
internal sealed class LargeBlocks : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int BlockSize = 64 * 1024;

    public override int MaxBufferSize => BlockSize;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(BlockSize);

    protected override void Dispose(bool disposing) { }
}
