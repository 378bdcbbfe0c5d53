namespace MeetWebhooks.Tests.Faults;

/// <summary>
/// The tests that break things run one after the other, and not beside others: some start a dozen processes.
/// </summary>
[CollectionDefinition(nameof(FaultTests), DisableParallelization = true)]
public sealed class FaultTests;
