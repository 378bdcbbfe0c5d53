using System.IO.Compression;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace MeetWebhooks.Web;

/// <summary>A body in the encodings that browsers take, each made when it is first asked for, once for everybody.</summary>
internal sealed class CompressedBody
{
    private readonly byte[] _plain;
    private readonly Lazy<byte[]> _brotli;
    private readonly Lazy<byte[]> _gzip;

    /// <param name="content">The body.</param>
    /// <param name="level">How much time compressing it is worth.</param>
    public CompressedBody(byte[] content, CompressionLevel level)
    {
        _plain = content;
        _brotli = new(() => Compress(content, output => new BrotliStream(output, level)));
        _gzip = new(() => Compress(content, output => new GZipStream(output, level)));
    }

    /// <summary>Its size with Brotli, in bytes.</summary>
    public int CompressedSize => _brotli.Value.Length;

    /// <summary>The best encoding that a request takes: <c>br</c>, <c>gzip</c> or, for none, null.</summary>
    public static string? ChooseEncoding(StringValues accepted)
    {
        if (!StringWithQualityHeaderValue.TryParseList(accepted, out var encodings))
            return null;
        var welcome = encodings.Where(one => one.Quality is null or > 0).Select(one => one.Value.ToString()).ToHashSet();
        return welcome.Contains("br") ? "br" : welcome.Contains("gzip") ? "gzip" : null;
    }

    /// <summary>Makes the body in an encoding, so that an answer in it takes no time.</summary>
    /// <param name="encoding">What <see cref="ChooseEncoding"/> chose.</param>
    public void Prepare(string? encoding) => In(encoding);

    /// <summary>Answers with the body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="encoding">What <see cref="ChooseEncoding"/> chose for it.</param>
    public Task AnswerAsync(HttpContext context, string? encoding)
    {
        var body = In(encoding);
        var headers = context.Response.Headers;
        headers.ContentLength = body.Length;
        headers.XContentTypeOptions = "nosniff";
        if (encoding is not null)
            headers.ContentEncoding = encoding;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private byte[] In(string? encoding) => encoding switch { "br" => _brotli.Value, "gzip" => _gzip.Value, _ => _plain };

    private static byte[] Compress(byte[] content, Func<Stream, Stream> wrap)
    {
        using var output = new MemoryStream();
        using (var compressor = wrap(output))
            compressor.Write(content);
        return output.ToArray();
    }
}
