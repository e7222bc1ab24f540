using System.Diagnostics;

namespace RemoteStore.Bench;

/// <summary>One thing measured against another in the same run: pairs A B A B, and the median of their ratios.</summary>
internal static class Ratio
{
    /// <summary>Pairs per row.</summary>
    internal const int Pairs = 7;

    /// <summary>Measures the time of <paramref name="count"/> calls of each, once to warm up and then in pairs.</summary>
    internal static Row Measure(string what, string against, string goal, int count, Action<int> subject, Action<int> reference)
    {
        Time(subject, count);
        Time(reference, count);
        var (subjects, references) = (new List<double>(), new List<double>());
        for (var i = 0; i < Pairs; i++)
        {
            subjects.Add(Time(subject, count) / count);
            references.Add(Time(reference, count) / count);
        }

        return new Row(what, against, goal, Median(subjects), Median(references), Median([.. subjects.Zip(references, (s, r) => r / s)]));
    }

    private static double Time(Action<int> action, int count)
    {
        var started = Stopwatch.GetTimestamp();
        action(count);
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}

/// <summary>A row of the table: microseconds per call, and the rate of the subject as a part of the reference's.</summary>
internal sealed record Row(string What, string Against, string Goal, double SubjectMicros, double ReferenceMicros, double Rate);
