using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace MeetWebhooks.Web.Connections;

/// <summary>
/// Sends each flush immediately and on the calling thread, and waits only while the system does not take more.
/// Kestrel's own writer passes all bytes through a pipe to a second task, which costs half as much again as the send
/// itself: too much when each event is one small write to each of a thousand browsers.
/// </summary>
/// <remarks>It holds memory only between a write and the end of its flush.</remarks>
/// <param name="socket">The connection, in non-blocking mode.</param>
/// <param name="output">Kestrel's own writer, which ends the connection.</param>
internal sealed class SocketWriter(Socket socket, PipeWriter output) : PipeWriter
{
    private const int SmallestBuffer = 4096;

    private byte[] _buffer = [];
    private int _length;
    private bool _isSending;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _length;

    /// <summary>The bytes that are written and not yet flushed.</summary>
    public Span<byte> Unflushed => _buffer.AsSpan(0, _length);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_length);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_length);
    }

    /// <inheritdoc/>
    public override void Advance(int bytes) => _length += bytes;

    /// <inheritdoc/>
    /// <returns>A result that is completed if the connection is lost.</returns>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (!TrySend(out var sent))
            return SendRestAsync(sent, cancellationToken);
        ReturnBuffer();
        return default;
    }

    /// <summary>Does nothing: a waiting flush ends by its cancellation token or with the connection.</summary>
    public override void CancelPendingFlush()
    {
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        if (!_isSending && _length > 0)
        {
            output.Write(_buffer.AsSpan(0, _length));
            ReturnBuffer();
        }

        output.Complete(exception);
    }

    private bool TrySend(out int sent)
    {
        sent = 0;
        if (_length == 0)
            return true;
        try
        {
            sent = socket.Send(_buffer.AsSpan(0, _length), SocketFlags.None, out _);
            return sent == _length;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private async ValueTask<FlushResult> SendRestAsync(int sent, CancellationToken cancellationToken)
    {
        _isSending = true;
        try
        {
            while (sent < _length)
                sent += await socket.SendAsync(_buffer.AsMemory(sent, _length - sent), cancellationToken);
            return default;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
        finally
        {
            _isSending = false;
            ReturnBuffer();
        }
    }

    private void Reserve(int sizeHint)
    {
        var size = _length + Math.Max(sizeHint, 1);
        if (size <= _buffer.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(size, Math.Max(2 * _buffer.Length, SmallestBuffer)));
        var written = _buffer.AsSpan(0, _length);
        written.CopyTo(larger);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }
}
