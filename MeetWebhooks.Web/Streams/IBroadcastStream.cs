namespace MeetWebhooks.Web.Streams;

/// <summary>
/// A stream as its <see cref="Broadcast"/> sees it. Every member may be called on any thread, also after the stream was
/// closed.
/// </summary>
internal interface IBroadcastStream
{
    /// <summary>Has the stream look for frames once, now or right after what it is doing.</summary>
    void Wake();

    /// <summary>Has the stream send a heartbeat when it is woken next, unless it sends something else.</summary>
    void RequestHeartbeat();

    /// <summary>Whether the browser does not take what is sent to it and has lost events meanwhile.</summary>
    /// <param name="current">The ring as it is now.</param>
    bool IsTooSlow(FrameRing? current);

    /// <summary>Ends the stream after what it has written.</summary>
    void End();

    /// <summary>Closes the connection, even if the browser does not read.</summary>
    void Abort();
}
