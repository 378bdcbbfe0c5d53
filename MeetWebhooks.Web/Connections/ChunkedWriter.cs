using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MeetWebhooks.Web.Connections;

/// <summary>
/// Writes the rest of a response directly to its connection, each flush as one chunk of HTTP/1.1 and one send.
/// Kestrel has sent the headers and ends the response. This saves what Kestrel does for each write (a copy, a lock,
/// timers), which adds up when an event goes to a thousand browsers.
/// </summary>
internal sealed class ChunkedWriter : PipeWriter
{
    // https://www.rfc-editor.org/rfc/rfc9112#section-7.1: the size in hexadecimal, with any number of leading zeros.
    private const string SizeFormat = "x8";
    private const int HeadSize = 10;

    private readonly SocketWriter _output;
    private int? _start;

    private ChunkedWriter(SocketWriter output) => _output = output;

    /// <summary>
    /// The writer for a response. It is the response's own writer if that does not write chunks to the connection as they
    /// are: under TLS or HTTP/2, or behind a middleware that changes them, such as response compression.
    /// </summary>
    /// <param name="response">A response whose headers are sent.</param>
    public static PipeWriter Of(HttpResponse response)
    {
        var features = response.HttpContext.Features;
        return response.Headers.TransferEncoding is ["chunked"]
            && IsKestrels(features.Get<IHttpResponseBodyFeature>())
            && features.Get<IConnectionTransportFeature>()?.Transport.Output is SocketWriter output
                ? new ChunkedWriter(output)
                : response.BodyWriter;
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Begin();
        return _output.GetMemory(sizeHint);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Begin();
        return _output.GetSpan(sizeHint);
    }

    /// <inheritdoc/>
    public override void Advance(int bytes) => _output.Advance(bytes);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        End();
        return _output.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => _output.CancelPendingFlush();

    /// <summary>Does nothing, because Kestrel ends the response.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

    private static bool IsKestrels(IHttpResponseBodyFeature? body) =>
        body?.GetType().Assembly == typeof(KestrelServer).Assembly;

    private void Begin()
    {
        if (_start is not null)
            return;
        _start = (int)_output.UnflushedBytes;
        _output.GetSpan(HeadSize);
        _output.Advance(HeadSize);
    }

    private void End()
    {
        if (_start is not { } start)
            return;
        var head = _output.Unflushed.Slice(start, HeadSize);
        (_output.UnflushedBytes - start - HeadSize).TryFormat(head, out _, SizeFormat);
        head[^2] = (byte)'\r';
        head[^1] = (byte)'\n';
        _output.Write("\r\n"u8);
        _start = null;
    }
}
