namespace MeetWebhooks.Tests.Faults;

/// <summary>
/// The tests that nothing else may run beside: those that start many processes, measure this one's memory, or have the solution
/// built.
/// </summary>
[CollectionDefinition(nameof(AloneTests), DisableParallelization = true)]
public sealed class AloneTests;
