namespace MeetWebhooks.Tests.Faults;

/// <summary>The tests that break things run one after the other: some start a dozen processes.</summary>
[CollectionDefinition(nameof(FaultTests))]
public sealed class FaultTests;

/// <summary>
/// The tests that nothing else may run beside: those that measure this process's memory, or have the solution built.
/// </summary>
[CollectionDefinition(nameof(AloneTests), DisableParallelization = true)]
public sealed class AloneTests;
