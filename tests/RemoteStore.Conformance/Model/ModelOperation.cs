namespace RemoteStore.Conformance;

/// <summary>The kinds of steps that the model-based runner takes.</summary>
public enum ModelVerb
{
    /// <summary>A plain write.</summary>
    Write,

    /// <summary>An atomic write.</summary>
    WriteAtomic,

    /// <summary>A writer that is disposed without a commit.</summary>
    AbortWriter,

    /// <summary>A read of all bytes.</summary>
    Read,

    /// <summary>A read of a range.</summary>
    ReadRange,

    /// <summary>Deleting a file.</summary>
    Delete,

    /// <summary>Deleting a folder.</summary>
    DeleteFolder,

    /// <summary>Moving a file.</summary>
    Move,

    /// <summary>Copying a file.</summary>
    Copy,

    /// <summary>A listing.</summary>
    List,

    /// <summary>A file info.</summary>
    FileInfo,

    /// <summary>A folder info.</summary>
    FolderInfo,

    /// <summary>What exists at a key.</summary>
    Kind,
}

/// <summary>Which version a conditional step names.</summary>
public enum ModelCondition
{
    /// <summary>No condition.</summary>
    None,

    /// <summary>The version that is there.</summary>
    Current,

    /// <summary>A version that never was.</summary>
    Stale,

    /// <summary>Any version.</summary>
    Any,

    /// <summary>Only if nothing is there (writes).</summary>
    Absent,
}

/// <summary>One step: what to do, and the arguments that its verb uses.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Key">The key, or the source.</param>
public sealed record ModelOperation(ModelVerb Verb, string Key)
{
    /// <summary>The destination of a move or copy.</summary>
    public string Other { get; init; } = "";

    /// <summary>The number of bytes to write, or the offset to read from.</summary>
    public int Size { get; init; }

    /// <summary>The length of a range, the depth of a listing.</summary>
    public int Extent { get; init; }

    /// <summary>Whether to overwrite, to tolerate a miss.</summary>
    public bool Force { get; init; }

    /// <summary>Whether to go below folders.</summary>
    public bool Recursive { get; init; }

    /// <summary>The condition.</summary>
    public ModelCondition Condition { get; init; }

    /// <summary>The content that the step writes.</summary>
    public byte[] Content() => [.. Enumerable.Range(0, Size).Select(i => (byte)((i * 7) + Size))];

    /// <summary>A step drawn at random from what the backend can do.</summary>
    /// <param name="random">The source of chance.</param>
    /// <param name="keys">The keys: few, so that steps meet.</param>
    /// <param name="capabilities">What the backend can do.</param>
    public static ModelOperation Draw(Random random, IReadOnlyList<string> keys, CapabilitySet capabilities)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(keys);
        var verbs = Enum.GetValues<ModelVerb>().Where(v => capabilities.Supports(Needs(v))).ToArray();
        var verb = verbs[random.Next(verbs.Length)];
        return new ModelOperation(verb, keys[random.Next(keys.Count)])
        {
            Other = keys[random.Next(keys.Count)],
            Size = random.Next(12) == 0 ? 140_000 : random.Next(200),
            Extent = random.Next(4),
            Force = random.Next(2) == 0,
            Recursive = random.Next(2) == 0,
            Condition = DrawCondition(random, verb, capabilities),
        };
    }

    private static ModelCondition DrawCondition(Random random, ModelVerb verb, CapabilitySet capabilities)
    {
        if (random.Next(3) > 0)
            return ModelCondition.None;
        var writes = verb is ModelVerb.Write or ModelVerb.WriteAtomic;
        if (writes && capabilities.Supports(Capability.CreateOnly) && random.Next(4) == 0)
            return ModelCondition.Absent;
        if (!capabilities.Supports(Capability.Conditional) || !(writes || verb is ModelVerb.Delete or ModelVerb.Move or ModelVerb.Copy))
            return ModelCondition.None;
        return (ModelCondition)random.Next((int)ModelCondition.Current, (int)ModelCondition.Any + 1);
    }

    private static Capability Needs(ModelVerb verb) =>
        verb switch
        {
            ModelVerb.Write => Capability.Write,
            ModelVerb.WriteAtomic or ModelVerb.AbortWriter => Capability.AtomicWrite,
            ModelVerb.Read or ModelVerb.ReadRange => Capability.Read,
            ModelVerb.Delete or ModelVerb.DeleteFolder => Capability.Delete,
            ModelVerb.Move => Capability.Move,
            ModelVerb.Copy => Capability.Copy,
            ModelVerb.List => Capability.List,
            ModelVerb.FileInfo or ModelVerb.FolderInfo => Capability.Metadata,
            _ => Capability.None,
        };
}
