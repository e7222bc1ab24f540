namespace RemoteStore.Bench;

/// <summary>Rows that belong together. To add some: a class here, and its name in <see cref="Program"/>.</summary>
internal interface IRowGroup
{
    /// <summary>What to call it on the command line.</summary>
    string Name { get; }

    /// <summary>Measures the rows.</summary>
    IEnumerable<Row> Run();
}
