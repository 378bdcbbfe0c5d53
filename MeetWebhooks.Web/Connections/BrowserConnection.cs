using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace MeetWebhooks.Web.Connections;

/// <summary>One open connection, which a request finds among its features.</summary>
/// <param name="context">The connection.</param>
/// <param name="socket">Its TCP socket; null if it is of another kind.</param>
/// <param name="firstRequestLimit">How long the first request may take to come.</param>
/// <param name="time">The clock.</param>
internal sealed class BrowserConnection(
    ConnectionContext context, Socket? socket, TimeSpan firstRequestLimit, TimeProvider time)
{
    // In heartbeats of Kestrel, of which one comes every second.
    private const int WatchInterval = 5;

    private readonly AcknowledgementWatch _acknowledgements = new(time);
    private int _requests;
    private long _idleSince = time.GetTimestamp();
    private volatile bool _hadRequest;
    private int _heartbeats;

    /// <summary>Whether no request is being answered.</summary>
    public bool IsIdle => Volatile.Read(ref _requests) == 0;

    /// <summary>When it was opened, or its last request ended.</summary>
    public long IdleSince => Volatile.Read(ref _idleSince);

    /// <summary>A request begins.</summary>
    public void BeginRequest()
    {
        _hadRequest = true;
        Interlocked.Increment(ref _requests);
    }

    /// <summary>A request has ended.</summary>
    public void EndRequest()
    {
        Volatile.Write(ref _idleSince, time.GetTimestamp());
        Interlocked.Decrement(ref _requests);
    }

    /// <summary>Closes the connection if its peer sends no request, or has vanished. Called every second.</summary>
    public void OnHeartbeat()
    {
        if (!_hadRequest && time.GetElapsedTime(IdleSince) > firstRequestLimit)
            Close("No request came.");
        else if (socket is not null && ++_heartbeats % WatchInterval == 0 && _acknowledgements.HasVanished(socket))
            Close("The peer acknowledges nothing.");
    }

    /// <summary>Closes the connection at once.</summary>
    /// <param name="reason">Why, for Kestrel's log.</param>
    public void Close(string reason) => context.Abort(new ConnectionAbortedException(reason));
}
