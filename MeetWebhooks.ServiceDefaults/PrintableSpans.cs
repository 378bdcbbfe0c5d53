using System.Diagnostics;
using OpenTelemetry;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>
/// Makes the texts on spans fit to be shown, whoever they come from: a <c>User-Agent</c> alone can clear a terminal.
/// </summary>
internal sealed class PrintableSpans : BaseProcessor<Activity>
{
    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        foreach (var (name, value) in data.EnumerateTagObjects())
        {
            if (value is string text && !PrintableText.IsPrintableAscii(text))
                data.SetTag(name, PrintableText.Of(text, int.MaxValue));
        }

        if (data.StatusDescription is { } description && !PrintableText.IsPrintableAscii(description))
            data.SetStatus(data.Status, PrintableText.Of(description, int.MaxValue));
    }
}
