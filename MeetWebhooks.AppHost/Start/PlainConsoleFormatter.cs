using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace MeetWebhooks.AppHost.Start;

/// <summary>Writes the message alone; level and source too where something is wrong.</summary>
internal sealed class PlainConsoleFormatter() : ConsoleFormatter(FormatterName)
{
    /// <summary>The name that selects it.</summary>
    public const string FormatterName = "plain";

    /// <inheritdoc/>
    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.WriteLine(logEntry.LogLevel < LogLevel.Warning
            ? message
            : $"{logEntry.LogLevel} ({logEntry.Category}): {message}");
        if (logEntry.Exception is { } exception)
            textWriter.WriteLine(exception);
    }
}
