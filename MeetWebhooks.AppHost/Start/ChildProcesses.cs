using System.IO.Pipes;

namespace MeetWebhooks.AppHost.Start;

/// <summary>
/// The processes that this one starts, and those that they start. Aspire's orchestrator stops them after this process has
/// stopped its host, and then itself; who ends before that leaves processes behind that still have the ports.
/// </summary>
/// <remarks>Each of them inherits an end of a pipe. The pipe breaks when the last of them has ended.</remarks>
internal sealed class ChildProcesses : IDisposable
{
    private static readonly TimeSpan s_exitTimeout = TimeSpan.FromSeconds(30);

    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.In, HandleInheritability.Inheritable);

    /// <summary>Has the processes that this one starts from now on not be waited for.</summary>
    public void StopTracking() => _pipe.DisposeLocalCopyOfClientHandle();

    /// <summary>Waits until all of them have ended, but not for ever.</summary>
    public async Task WaitForExitAsync()
    {
        StopTracking();
        await Task.WhenAny(_pipe.CopyToAsync(Stream.Null), Task.Delay(s_exitTimeout));
    }

    /// <inheritdoc/>
    public void Dispose() => _pipe.Dispose();
}
