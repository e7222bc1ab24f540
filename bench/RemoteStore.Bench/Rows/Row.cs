using System.Globalization;

namespace RemoteStore.Bench;

/// <summary>A line of the table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Against">The floor.</param>
/// <param name="Subject">Its figure, with the unit.</param>
/// <param name="Reference">The floor's figure.</param>
/// <param name="Ratio">The one against the other, with the spread over the pairs.</param>
/// <param name="Goal">What is to be reached.</param>
internal sealed record Row(string What, string Against, string Subject, string Reference, string Ratio, Goal Goal)
{
    /// <summary>The figure the goal is compared with.</summary>
    internal double Value { get; init; } = double.NaN;

    /// <summary>The same ratio, of the processor time; it is less disturbed by others on the machine.</summary>
    internal string Processor { get; init; } = "";

    public override string ToString() =>
        $"| {What} | {Against} | {Subject} | {Reference} | {Ratio} | {Processor} | {Goal.Text} | {Goal.Verdict(Value)} |";

    internal static string Number(double value) =>
        value.ToString(
            value < 10 ? "0.00"
                : value < 100 ? "0.0"
                : "#,##0",
            CultureInfo.InvariantCulture
        );
}

/// <summary>A bound of a figure.</summary>
/// <param name="Text">How it is shown.</param>
/// <param name="Least">The smallest good value.</param>
/// <param name="Most">The largest good value.</param>
internal sealed record Goal(string Text, double Least = double.NegativeInfinity, double Most = double.PositiveInfinity)
{
    internal static Goal None { get; } = new("-");

    internal static Goal AtLeast(double value, string unit = "") => new($">= {Row.Number(value)}{unit}", Least: value);

    internal static Goal AtMost(double value, string unit = "") => new($"<= {Row.Number(value)}{unit}", Most: value);

    internal string Verdict(double value) =>
        this == None ? ""
        : value >= Least && value <= Most ? "hit"
        : "MISS";
}
