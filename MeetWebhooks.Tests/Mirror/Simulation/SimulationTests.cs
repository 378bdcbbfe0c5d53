using System.Collections.Concurrent;
using System.Globalization;

namespace MeetWebhooks.Tests.Mirror.Simulation;

/// <summary>
/// Random meetings and faults; afterwards every mirror is as Meet. <c>MIRROR_SEED</c> in the environment runs one seed and
/// prints what happens in it; <c>MIRROR_SEEDS</c> sets how many there are.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const string SeedVariable = "MIRROR_SEED";
    private const string SeedsVariable = "MIRROR_SEEDS";
    private const int Seeds = 500;

    [Fact]
    public void After_the_last_fault_every_mirror_is_as_Meet_within_35_seconds()
    {
        if (Variable(SeedVariable) is { } seed)
        {
            var trace = new List<string>();
            var problem = RandomRun.Of(seed, trace: trace);
            trace.ForEach(output.WriteLine);
            Assert.True(problem is null, problem);
            return;
        }

        // The seed is named in the message: MIRROR_SEED=seed runs it alone.
        var wrong = new ConcurrentDictionary<int, string>();
        World.ForSeeds(Variable(SeedsVariable) ?? Seeds, tried =>
        {
            if (RandomRun.Of(tried) is { } problem)
                wrong[tried] = problem;
            return true;
        });
        Assert.True(
            wrong.IsEmpty,
            string.Join('\n', wrong.OrderBy(run => run.Key).Select(run => $"{SeedVariable}={run.Key}: {run.Value}")));
    }

    private static int? Variable(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
