using System.IO.Compression;
using Microsoft.Net.Http.Headers;

namespace MeetWebhooks.Web.Page;

/// <summary>One of the page's files.</summary>
internal sealed class PageFile
{
    private readonly CompressedBody _body;
    private readonly string _type;

    public PageFile(string name, byte[] content)
    {
        _body = new CompressedBody(content, CompressionLevel.SmallestSize);
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
    public int CompressedSize => _body.CompressedSize;

    /// <summary>Answers with the file, in the best encoding that the browser takes.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = _type;
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        return _body.AnswerAsync(context, CompressedBody.ChooseEncoding(context.Request.Headers.AcceptEncoding));
    }
}
