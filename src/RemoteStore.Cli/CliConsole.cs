using System.Text;

namespace RemoteStore.Cli;

/// <summary>
/// The output of commands: results on one stream, remarks on another. Control characters in names never reach a terminal.
/// </summary>
internal sealed class CliConsole(Stream output, TextWriter error, bool isTerminal) : IDisposable
{
    private readonly StreamWriter _text = new(output, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = false };

    internal bool IsTerminal => isTerminal;

    /// <summary>Standard output for whole lines; <see cref="Flush"/> writes them.</summary>
    internal TextWriter Text => _text;

    internal TextWriter ErrorText => error;

    internal Stream Output
    {
        get
        {
            _text.Flush();
            return output;
        }
    }

    internal void Line(string text) => _text.WriteLine(Printable(text));

    internal void Flush() => _text.Flush();

    public void Dispose()
    {
        try
        {
            _text.Dispose();
        }
        catch (IOException)
        {
            // The last flush reported it.
        }
    }

    internal void Remark(string text)
    {
        try
        {
            lock (error)
                error.WriteLine($"remotestore: {Printable(text)}");
        }
        catch (IOException)
        {
            // Standard error is closed or full: the failure cannot be reported anywhere else.
        }
    }

    internal void Error(Exception exception) =>
        Remark(
            exception switch
            {
                OperationCanceledException => "cancelled",
                RemoteStoreException typed => $"{typed.Kind}: {typed.Message}",
                _ => exception.Message,
            }
        );

    private static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}
