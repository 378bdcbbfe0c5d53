using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;

namespace MeetWebhooks.Web.Connections;

/// <summary>
/// Writes the rest of a response straight to its connection, each flush as one chunk of HTTP/1.1 and one send. Kestrel has
/// sent the headers, and ends the response. What it does for each write between (copy, lock, look at its timers) is what an
/// event to a thousand browsers can do without.
/// </summary>
internal sealed class ChunkedWriter : PipeWriter
{
    // https://www.rfc-editor.org/rfc/rfc9112#section-7.1: the size, in as many hexadecimal digits as one likes.
    private const string SizeFormat = "x8";
    private const int HeadSize = 10;

    private readonly SocketWriter _output;
    private int? _start;

    private ChunkedWriter(SocketWriter output) => _output = output;

    /// <summary>The writer for a response whose headers are sent; Kestrel's own where it is not sent in chunks.</summary>
    /// <param name="response">A response that has begun.</param>
    public static PipeWriter Of(HttpResponse response) =>
        response.Headers.TransferEncoding is ["chunked"]
        && response.HttpContext.Features.Get<IConnectionTransportFeature>()?.Transport.Output is SocketWriter output
            ? new ChunkedWriter(output)
            : response.BodyWriter;

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

    /// <summary>Does nothing: Kestrel ends the response.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

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
