using System.IO.Compression;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace MeetWebhooks.Web.Page;

/// <summary>One of the page's files, compressed once.</summary>
internal sealed class PageFile
{
    private readonly byte[] _plain;
    private readonly byte[] _brotli;
    private readonly byte[] _gzip;
    private readonly string _type;

    public PageFile(string name, byte[] content)
    {
        _plain = content;
        _brotli = Compress(content, output => new BrotliStream(output, CompressionLevel.SmallestSize));
        _gzip = Compress(content, output => new GZipStream(output, CompressionLevel.SmallestSize));
        _type = Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            var other => throw new InvalidOperationException($"The page has no files of the type {other}."),
        };
    }

    /// <summary>How many bytes a browser gets.</summary>
    public int CompressedSize => _brotli.Length;

    /// <summary>Answers with the file, in the best encoding that the browser takes.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        var (body, encoding) = Choose(context.Request.Headers.AcceptEncoding);
        var headers = context.Response.Headers;
        headers.ContentType = _type;
        headers.ContentLength = body.Length;
        headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        headers.XContentTypeOptions = "nosniff";
        if (encoding is not null)
            headers.ContentEncoding = encoding;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private (byte[] Body, string? Encoding) Choose(StringValues accepted)
    {
        if (StringWithQualityHeaderValue.TryParseList(accepted, out var encodings))
        {
            var welcome = encodings.Where(one => one.Quality is null or > 0).Select(one => one.Value.ToString()).ToHashSet();
            if (welcome.Contains("br"))
                return (_brotli, "br");
            if (welcome.Contains("gzip"))
                return (_gzip, "gzip");
        }

        return (_plain, null);
    }

    private static byte[] Compress(byte[] content, Func<Stream, Stream> wrap)
    {
        using var output = new MemoryStream();
        using (var compressor = wrap(output))
            compressor.Write(content);
        return output.ToArray();
    }
}
