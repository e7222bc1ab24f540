using System.Runtime.InteropServices;

namespace RemoteStore.Cli;

/// <summary>The reader of standard output has closed it, as <c>head</c> does once it has enough.</summary>
internal sealed class BrokenPipeException() : IOException("Standard output was closed by its reader.");

/// <summary>
/// Standard output with <c>write(2)</c>. The stream of <see cref="Console"/> ignores a closed pipe, so that a command would
/// continue reading in vain; a <see cref="FileStream"/> would not move the position that it shares with the shell's other commands.
/// </summary>
internal sealed partial class StandardOutput : Stream
{
    private const int Descriptor = 1;
    private const int EINTR = 4;
    private const int EAGAIN = 11;
    private const int EPIPE = 32;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    internal static Stream Open() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardOutput();

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
            buffer = buffer[WriteSome(buffer)..];
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return default;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    private static int WriteSome(ReadOnlySpan<byte> buffer)
    {
        var written = (int)write(Descriptor, buffer, (nuint)buffer.Length);
        if (written >= 0)
            return written;
        switch (Marshal.GetLastPInvokeError())
        {
            case EINTR:
                return 0;
            case EAGAIN:
                // The reader made the pipe non-blocking: wait until it is writable.
                var poll = new PollEntry { Descriptor = Descriptor, Events = PollEntry.Writable };
                _ = WaitFor(ref poll, 1, -1);
                return 0;
            case EPIPE:
                throw new BrokenPipeException();
            case var error:
                throw new IOException($"Standard output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint write(int descriptor, ReadOnlySpan<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int WaitFor(ref PollEntry entries, nuint count, int milliseconds);

    private struct PollEntry
    {
        internal const short Writable = 4;
        internal int Descriptor;
        internal short Events;
        internal short Occurred;
    }
}
