namespace RemoteStore.Grains;

/// <summary>
/// The chunk size in bytes and the number of chunks in flight, as the caller requested them; values that older callers
/// do not send have their defaults.
/// </summary>
internal readonly record struct ChunkOptions
{
    internal ChunkOptions(int size, int window)
    {
        Size = size == 0 ? TransferDefaults.ChunkSize : size;
        Window = window == 0 ? TransferDefaults.Window : window;
        ArgumentOutOfRangeException.ThrowIfLessThan(Size, 1, nameof(size));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Size, Payload.MaxLength, nameof(size));
        ArgumentOutOfRangeException.ThrowIfLessThan(Window, 1, nameof(window));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Window, TransferDefaults.MaxWindow, nameof(window));
    }

    internal int Size { get; }

    internal int Window { get; }

    internal long Bytes => (long)Size * Window;
}
