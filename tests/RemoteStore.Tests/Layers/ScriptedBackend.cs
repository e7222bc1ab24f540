namespace RemoteStore.Tests.Layers;

/// <summary>A memory backend whose calls can be made to fail, before they happen or after, by a script.</summary>
internal sealed class ScriptedBackend(AsyncBackend? inner = null) : InterceptingBackend(inner ?? new AsyncMemoryBackend())
{
    private readonly Queue<Exception> _before = new();
    private readonly Queue<Exception> _after = new();

    internal List<string> Calls { get; } = [];

    internal Func<CancellationToken, Task>? Hang { get; set; }

    internal ScriptedBackend FailBefore(params Exception[] errors)
    {
        foreach (var error in errors)
            _before.Enqueue(error);
        return this;
    }

    internal ScriptedBackend FailAfter(params Exception[] errors)
    {
        foreach (var error in errors)
            _after.Enqueue(error);
        return this;
    }

    private protected override async ValueTask<T> RunAsync<TArgs, T>(
        BackendCall call, TArgs args, Func<AsyncBackend, TArgs, CancellationToken, ValueTask<T>> run, CancellationToken token)
    {
        lock (Calls)
            Calls.Add(call.Operation);
        if (Hang is { } hang)
            await hang(token);
        if (_before.TryDequeue(out var error))
            throw error;
        var result = await run(Inner, args, token);
        if (_after.TryDequeue(out error))
            throw error;
        return result;
    }
}
