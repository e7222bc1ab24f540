using System.CommandLine;
using System.CommandLine.Parsing;
using RemoteStore.Cli.Commands;

namespace RemoteStore.Cli;

/// <summary>The command tree, and the single place where a failure becomes a message and an exit code.</summary>
internal sealed class CliApp(CliConsole console, Func<StoreAddress, CancellationToken, Task<AsyncStore>> open)
{
    private readonly StoreOptions _options = new();

    internal CliConsole Console => console;

    internal async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var parsed = BuildRoot().Parse(args);
        var faults = parsed.Errors.Select(e => e.Message).Concat(UnknownOptions(parsed, args)).Concat(_options.Conflicts(parsed)).ToList();
        if (faults.Count > 0)
        {
            faults.ForEach(console.Remark);
            console.Remark("try 'remotestore --help'");
            return ExitCodes.Usage;
        }

        return await ReportAsync(() => InvokeAsync(parsed, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Sets the action of a command: open the store, run, close, and report failures.</summary>
    internal Command Action(Command command, Func<AsyncStore, ParseResult, CancellationToken, Task<int>> run)
    {
        command.SetAction((parsed, token) => ExecuteAsync(parsed, run, token));
        return command;
    }

    // The parser takes an unknown option for a path; a path that looks like an option must follow "--".
    private static IEnumerable<string> UnknownOptions(ParseResult parsed, string[] args) =>
        args.Contains("--")
            ? []
            : parsed
                .Tokens.Where(t => t.Type == TokenType.Argument && t.Value.StartsWith("--", StringComparison.Ordinal))
                .Select(t => $"Unknown option '{t.Value}'.");

    private async Task<int> ExecuteAsync(
        ParseResult parsed,
        Func<AsyncStore, ParseResult, CancellationToken, Task<int>> run,
        CancellationToken cancellationToken
    )
    {
        var store = await open(_options.Read(parsed), cancellationToken).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
            return await run(store, parsed, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> InvokeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        // The program handles signals itself: the parser's own handler ends a process whose cleanup is slow.
        var invocation = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = console.Text,
            Error = console.ErrorText,
        };
        return await parsed.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> ReportAsync(Func<Task<int>> run)
    {
        var code = await CaughtAsync(run).ConfigureAwait(false);
        // Lines written before a failure are shown as well; a failure to show them is reported second.
        var flushed = await CaughtAsync(() =>
            {
                console.Flush();
                return Task.FromResult(ExitCodes.Ok);
            })
            .ConfigureAwait(false);
        return code == ExitCodes.Ok ? flushed : code;
    }

    private async Task<int> CaughtAsync(Func<Task<int>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (BrokenPipeException e)
        {
            return ExitCodes.Of(e);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or UnauthorizedAccessException or ArgumentException)
        {
            console.Error(e);
            return ExitCodes.Of(e);
        }
    }

    private RootCommand BuildRoot()
    {
        var root = new RootCommand("Manages the files of a RemoteStore, through a running silo or directly on a configured backend.");
        _options.AddTo(root);
        root.Subcommands.Add(ListCommand.Create(this));
        root.Subcommands.Add(StatCommand.Create(this));
        root.Subcommands.Add(CatCommand.Create(this));
        root.Subcommands.Add(PutCommand.Create(this));
        root.Subcommands.Add(GetCommand.Create(this));
        root.Subcommands.Add(MoveCopyCommand.CreateCopy(this));
        root.Subcommands.Add(MoveCopyCommand.CreateMove(this));
        root.Subcommands.Add(RemoveCommand.Create(this));
        root.Subcommands.Add(PingCommand.Create(this));
        return root;
    }
}
