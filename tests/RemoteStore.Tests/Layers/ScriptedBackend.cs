namespace RemoteStore.Tests.Layers;

/// <summary>A memory backend whose calls can be made to fail, before they happen or after, by a script.</summary>
internal sealed class ScriptedBackend(AsyncBackend? inner = null) : InterceptingBackend(inner ?? new AsyncMemoryBackend())
{
    private readonly Queue<Exception> _before = new();
    private readonly Queue<Exception> _after = new();
    private int _entered;
    private int _hanging;

    internal List<string> Calls { get; } = [];

    internal Func<CancellationToken, Task>? Hang { get; set; }

    /// <summary>Whether a call hangs now.</summary>
    internal bool IsHanging => Volatile.Read(ref _hanging) > 0;

    /// <summary>Whether a call works now: time must not pass in the meantime, or its limit would end it by chance.</summary>
    internal bool IsWorking => Volatile.Read(ref _entered) > Volatile.Read(ref _hanging);

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
        BackendCall call,
        TArgs args,
        Func<AsyncBackend, TArgs, CancellationToken, ValueTask<T>> run,
        CancellationToken token
    )
    {
        lock (Calls)
            Calls.Add(call.Operation);
        Interlocked.Increment(ref _entered);
        try
        {
            if (Hang is { } hang)
                await Hung(hang, token);
            return await Answered(args, run, token);
        }
        finally
        {
            Interlocked.Decrement(ref _entered);
        }
    }

    private async Task Hung(Func<CancellationToken, Task> hang, CancellationToken token)
    {
        Interlocked.Increment(ref _hanging);
        try
        {
            await hang(token);
        }
        finally
        {
            Interlocked.Decrement(ref _hanging);
        }
    }

    private async ValueTask<T> Answered<TArgs, T>(
        TArgs args,
        Func<AsyncBackend, TArgs, CancellationToken, ValueTask<T>> run,
        CancellationToken token
    )
    {
        if (_before.TryDequeue(out var error))
            throw error;
        var result = await run(Inner, args, token);
        if (_after.TryDequeue(out error))
            throw error;
        return result;
    }
}
