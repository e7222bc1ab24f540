namespace RemoteStore.Grains;

/// <summary>
/// The bytes of a chunk and the chunks in flight at once, as a caller asked for them; what older callers leave out has its default.
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
