using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace MeetWebhooks.Benchmarks.Pieces;

/// <summary>Short runs in this process, with the memory that each step takes.</summary>
internal sealed class PiecesConfig : ManualConfig
{
    public PiecesConfig()
    {
        AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        AddDiagnoser(MemoryDiagnoser.Default);
    }
}
