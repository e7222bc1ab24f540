using System.Globalization;
using RemoteStore.Bench;

IRowGroup[] groups = [new BridgeRows(), new AzureRows(), new S3Rows()];

Console.WriteLine("| what | against | us/call | reference us/call | rate | goal |");
Console.WriteLine("|---|---|---|---|---|---|");
foreach (var group in groups.Where(g => args.Length == 0 || args.Contains(g.Name)))
{
    foreach (var row in group.Run())
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {row.What} | {row.Against} | {row.SubjectMicros:0.000} | {row.ReferenceMicros:0.000} | {row.Rate:0.00} | {row.Goal} |"));
    }
}
