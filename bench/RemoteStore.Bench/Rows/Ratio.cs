using System.Diagnostics;

namespace RemoteStore.Bench;

/// <summary>One thing measured against another in the same run: pairs A B A B, and the median of their ratios.</summary>
internal static class Ratio
{
    /// <summary>Pairs per row; odd, so that the median is one of them.</summary>
    internal static int Pairs { get; set; } = 7;

    /// <summary>Divides the number of calls; 1 unless a short run was asked for.</summary>
    internal static int Shorten { get; set; } = 1;

    /// <summary>The rate of the subject as a part of the reference's, by the time of <paramref name="count"/> calls of each.</summary>
    internal static Row Rate(string what, string against, Goal goal, int count, Action<int> subject, Action<int> reference)
    {
        var pairs = Measure(count, subject, reference);
        return Shown(what, against, goal, pairs, [.. pairs.Select(p => p.Reference / p.Subject)], "rate ");
    }

    /// <summary>The time of the subject as a multiple of the reference's.</summary>
    internal static Row Time(string what, string against, Goal goal, int count, Action<int> subject, Action<int> reference)
    {
        var pairs = Measure(count, subject, reference);
        return Shown(what, against, goal, pairs, [.. pairs.Select(p => p.Subject / p.Reference)], "time x ");
    }

    /// <summary>How many microseconds a call of the subject takes more.</summary>
    internal static Row More(string what, string against, Goal goal, int count, Action<int> subject, Action<int> reference)
    {
        var pairs = Measure(count, subject, reference);
        return Shown(what, against, goal, pairs, [.. pairs.Select(p => p.Subject - p.Reference)], "us more ");
    }

    internal static double Median(IEnumerable<double> values) => Quantile([.. values], 0.5);

    internal static double Quantile(double[] values, double part) => values.Order().ElementAt((int)((values.Length - 1) * part));

    private static List<(double Subject, double Reference)> Measure(int count, Action<int> subject, Action<int> reference)
    {
        count = Math.Max(1, count / Shorten);
        Micros(subject, count);
        Micros(reference, count);
        return [.. Enumerable.Range(0, Pairs).Select(_ => (Micros(subject, count), Micros(reference, count)))];
    }

    private static Row Shown(
        string what, string against, Goal goal, List<(double Subject, double Reference)> pairs, double[] ratios, string unit)
    {
        var ratio = Median(ratios);
        return new Row(
            what, against, $"{Row.Number(Median(pairs.Select(p => p.Subject)))} us", $"{Row.Number(Median(pairs.Select(p => p.Reference)))} us",
            $"{unit}{Row.Number(ratio)} ({Row.Number(ratios.Min())} to {Row.Number(ratios.Max())})", goal) { Value = ratio };
    }

    private static double Micros(Action<int> action, int count)
    {
        var started = Stopwatch.GetTimestamp();
        action(count);
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / count;
    }
}
