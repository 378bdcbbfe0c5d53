using System.Globalization;
using System.Text.Json;
using MeetWebhooks.Benchmarks.Load;

namespace MeetWebhooks.Benchmarks.Results;

/// <summary>The figures of a benchmark, of one run or several.</summary>
/// <param name="benchmark">The benchmark's name.</param>
/// <param name="description">What was measured.</param>
internal sealed class Report(string benchmark, string description)
{
    private readonly List<Figure> _figures = [];

    /// <summary>Adds a figure of the current run.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="value">How much it is.</param>
    /// <param name="unit">In what.</param>
    public void Add(string name, double value, string unit = "")
    {
        var figure = _figures.Find(known => known.Name == name);
        if (figure is null)
            _figures.Add(figure = new Figure(name, unit, []));
        figure.Runs.Add(value);
    }

    /// <summary>Adds the middle and the slow end of times.</summary>
    public void Add(string name, Latencies times)
    {
        Add($"{name}, median", times.Percentile(0.5), "ms");
        Add($"{name}, 99th percentile", times.Percentile(0.99), "ms");
        Add($"{name}, slowest", times.Percentile(1), "ms");
    }

    /// <summary>Prints the table, and adds it to the file where one is asked for.</summary>
    public void Finish(BenchmarkOptions options)
    {
        Print(Console.Out);
        if (options.Json is { } file)
            File.AppendAllText(file, JsonSerializer.Serialize(this) + "\n");
    }

    /// <summary>The benchmark's name.</summary>
    public string Benchmark => benchmark;

    /// <summary>What was measured.</summary>
    public string Description => description;

    /// <summary>When.</summary>
    public DateTimeOffset At { get; } = DateTimeOffset.UtcNow;

    /// <summary>The machine's processors.</summary>
    public int Processors { get; } = Environment.ProcessorCount;

    /// <summary>All figures.</summary>
    public IReadOnlyList<Figure> Figures => _figures;

    private void Print(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"{Benchmark}: {Description}");
        foreach (var figure in _figures)
        {
            output.Write($"  {figure.Name,-46}");
            foreach (var value in figure.Runs)
                output.Write($"{Text(value),12}");
            if (figure.Runs.Count > 1)
                output.Write($"   median{Text(figure.Median),12}");
            output.WriteLine($" {figure.Unit}");
        }
    }

    private static string Text(double value) => value.ToString(
        Math.Abs(value) switch { >= 1000 => "N0", >= 100 => "0.#", _ => "0.##" }, CultureInfo.InvariantCulture);

    /// <summary>A figure.</summary>
    /// <param name="Name">What it is.</param>
    /// <param name="Unit">In what.</param>
    /// <param name="Runs">How much it was in each run.</param>
    internal sealed record Figure(string Name, string Unit, List<double> Runs)
    {
        /// <summary>The middle of all runs.</summary>
        public double Median => Runs.Order().ElementAt(Runs.Count / 2);
    }
}
