using System.ComponentModel.DataAnnotations;

namespace MeetWebhooks.Web.Events;

/// <summary>Settings of the browsers' streams, section <c>Events</c>.</summary>
public sealed class EventsOptions
{
    /// <summary>How often a stream without events carries a heartbeat. 15 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00",
        ErrorMessage = "Events:Heartbeat must lie between 00:00:00.100 and 00:10:00 (10 minutes).")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a browser waits before it connects again after a loss. 1 second by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00",
        ErrorMessage = "Events:Retry must lie between 00:00:00 and 00:10:00 (10 minutes).")]
    public TimeSpan Retry { get; set; } = TimeSpan.FromSeconds(1);
}
