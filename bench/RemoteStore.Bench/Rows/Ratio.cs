using System.Diagnostics;

namespace RemoteStore.Bench;

/// <summary>One thing measured against another in the same run: pairs A B A B, and the median of their ratios.</summary>
internal static class Ratio
{
    /// <summary>Runs of each that do not count, at the least: the processes must have compiled their hot paths.</summary>
    private const int WarmUps = 3;

    /// <summary>How long each runs before it counts, at the least: a runtime continues improving code that is hot.</summary>
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(4);

    /// <summary>Pairs per row; odd, so that the median is one of them.</summary>
    internal static int Pairs { get; set; } = 7;

    /// <summary>Divides the number of calls; 1 unless a short run was asked for.</summary>
    internal static int Shorten { get; set; } = 1;

    /// <summary>The rate of the subject as a part of the reference's, by the time of <paramref name="count"/> calls of each.</summary>
    internal static Row Rate(string what, string against, Goal goal, int count, Action<int> subject, Action<int> reference) =>
        Shown(what, against, goal, Measure(count, subject, reference), static (s, r) => r / s, "rate ");

    /// <summary>The time of the subject as a multiple of the reference's.</summary>
    internal static Row Time(string what, string against, Goal goal, int count, Action<int> subject, Action<int> reference) =>
        Shown(what, against, goal, Measure(count, subject, reference), static (s, r) => s / r, "time x ");

    /// <summary>How many microseconds a call of the subject takes more.</summary>
    internal static Row More(string what, string against, Goal goal, int count, Action<int> subject, Action<int> reference) =>
        Shown(what, against, goal, Measure(count, subject, reference), static (s, r) => s - r, "us more ");

    internal static double Median(IEnumerable<double> values) => Quantile([.. values], 0.5);

    internal static double Quantile(double[] values, double part) => values.Order().ElementAt((int)((values.Length - 1) * part));

    private static List<(Sample Subject, Sample Reference)> Measure(int count, Action<int> subject, Action<int> reference)
    {
        count = Math.Max(1, count / Shorten);
        var (times, spent) = (0, TimeSpan.Zero);
        for (var started = Stopwatch.GetTimestamp(); times < WarmUps || spent < 2 * WarmUpTime / Shorten; times++)
        {
            Sample.Of(subject, count);
            Sample.Of(reference, count);
            spent = Stopwatch.GetElapsedTime(started);
        }

        return [.. Enumerable.Range(0, Pairs).Select(_ => (Sample.Of(subject, count), Sample.Of(reference, count)))];
    }

    private static Row Shown(
        string what,
        string against,
        Goal goal,
        List<(Sample Subject, Sample Reference)> pairs,
        Func<double, double, double> compare,
        string unit
    )
    {
        var ratios = pairs.ConvertAll(p => compare(p.Subject.Micros, p.Reference.Micros));
        var ratio = Median(ratios);
        return new Row(
            what,
            against,
            Shown(pairs.Select(p => p.Subject.Micros)),
            Shown(pairs.Select(p => p.Reference.Micros)),
            $"{unit}{Row.Number(ratio)} ({Row.Number(ratios.Min())} to {Row.Number(ratios.Max())})",
            goal
        )
        {
            Value = ratio,
            Processor = Row.Number(Median(pairs.Select(p => compare(p.Subject.ProcessorMicros, p.Reference.ProcessorMicros)))),
        };
    }

    private static string Shown(IEnumerable<double> micros) => $"{Row.Number(Median(micros))} us";

    /// <summary>What one call took, on the clock and of the processors.</summary>
    private readonly record struct Sample(double Micros, double ProcessorMicros)
    {
        internal static Sample Of(Action<int> action, int count)
        {
            var (started, used) = (Stopwatch.GetTimestamp(), Cpu.Micros());
            action(count);
            return new Sample(Stopwatch.GetElapsedTime(started).TotalMicroseconds / count, (Cpu.Micros() - used) / count);
        }
    }
}
