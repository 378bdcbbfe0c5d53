using System.IO.Pipes;

namespace MeetWebhooks.AppHost.Start;

/// <summary>
/// The processes that this one starts, and those that they start. Aspire's orchestrator stops them, and then itself, in
/// the background: without a wait, this process would end first, and another start would find its ports in use.
/// </summary>
/// <remarks>Each of them inherits the write end of a pipe, which breaks when the last of them has ended.</remarks>
internal sealed class ChildProcesses : IDisposable
{
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(30);

    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.In, HandleInheritability.Inheritable);

    /// <summary>Excludes what this process starts from now on, such as a browser.</summary>
    public void StopTracking() => _pipe.DisposeLocalCopyOfClientHandle();

    /// <summary>Waits until all of them have ended, at most 30 s.</summary>
    public async Task WaitForExitAsync()
    {
        StopTracking();
        await Task.WhenAny(_pipe.CopyToAsync(Stream.Null), Task.Delay(ExitTimeout));
    }

    /// <inheritdoc/>
    public void Dispose() => _pipe.Dispose();
}
