using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Page;

/// <summary>
/// The page: one HTML file for all its addresses, and the files that it loads. Those have the page's version in their
/// path, so that browsers keep them for ever and still get new ones with a new version. Under a path base
/// (<see cref="PathBase"/>) the HTML has other links; scripts find it by their own address.
/// </summary>
internal sealed class Page
{
    private const string Index = "index.html";
    private const string Resources = "Page/";

    private readonly string _html;
    private readonly Dictionary<string, PageFile> _files;
    private readonly string _policy;
    private readonly string _permissions;

    // That of the last request: an installation has one path base.
    private volatile IndexFile _index;

    public Page(IOptions<PageOptions> options)
    {
        var contents = Read();
        Version = HashOf(contents);

        var meet = new Uri(options.Value.MeetUrl);
        _html = Encoding.UTF8.GetString(contents[Index])
            .Replace("{{modules}}", string.Join("\n  ", contents.Keys.Where(IsModule).Select(Preload)), StringComparison.Ordinal)
            .Replace("{{version}}", Version, StringComparison.Ordinal)
            .Replace("{{meet-url}}", WebUtility.HtmlEncode(options.Value.MeetUrl), StringComparison.Ordinal);
        _index = RenderIndex(pathBase: "");
        _files = contents.Where(file => file.Key != Index)
            .ToDictionary(file => file.Key, file => new PageFile(file.Key, file.Value), StringComparer.Ordinal);

        var origin = meet.GetLeftPart(UriPartial.Authority);
        var socket = (meet.Scheme == Uri.UriSchemeHttps ? "wss://" : "ws://") + meet.Authority;
        _policy = string.Join("; ",
            "default-src 'none'",
            $"script-src 'self' {origin}",
            "style-src 'self'",
            "img-src 'self' data:",
            $"connect-src 'self' {origin} {socket}",
            $"frame-src {origin}",
            $"media-src 'self' {origin}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'");
        _permissions = string.Join(", ",
            ((string[])["camera", "microphone", "display-capture", "fullscreen", "autoplay"])
                .Select(feature => $"{feature}=(self \"{origin}\")"));
    }

    /// <summary>What tells this version of the files from others.</summary>
    public string Version { get; }

    /// <summary>What a first visit loads, in bytes as they are sent.</summary>
    public int CompressedSize => _index.File.CompressedSize + _files.Values.Sum(file => file.CompressedSize);

    /// <summary>Answers with the page itself.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        var index = IndexAt(context.Request.PathBase.Value ?? "");
        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache";
        headers.ETag = index.Tag;
        headers.ContentSecurityPolicy = _policy;
        headers["Permissions-Policy"] = _permissions;
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
        if (context.Request.Headers.IfNoneMatch == headers.ETag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return index.File.AnswerAsync(context);
    }

    /// <summary>
    /// Answers with one of the files that the page loads, or 404. While a new version is rolled out, a page can come from
    /// one replica and its files from another: they are then this version's, and not to be kept.
    /// </summary>
    public Task AnswerAsync(HttpContext context, string version, string file)
    {
        if (!_files.TryGetValue(file, out var found))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        context.Response.Headers.CacheControl =
            version == Version ? "public, max-age=31536000, immutable" : "no-cache";
        return found.AnswerAsync(context);
    }

    private IndexFile IndexAt(string pathBase)
    {
        var index = _index;
        return index.PathBase == pathBase ? index : _index = RenderIndex(pathBase);
    }

    private IndexFile RenderIndex(string pathBase)
    {
        var html = Encoding.UTF8.GetBytes(
            _html.Replace("{{base}}", WebUtility.HtmlEncode(pathBase), StringComparison.Ordinal));
        return new IndexFile(
            pathBase,
            new PageFile(Index, html),
            $"\"{Convert.ToHexStringLower(SHA256.HashData(html).AsSpan(0, 6))}\"");
    }

    private static bool IsModule(string file) => file.EndsWith(".js", StringComparison.Ordinal);

    // All at once, instead of each when the one that imports it has been read.
    private static string Preload(string module) => $"<link rel=\"modulepreload\" href=\"{{{{base}}}}/{{{{version}}}}/{module}\">";

    private static SortedDictionary<string, byte[]> Read()
    {
        var assembly = typeof(Page).Assembly;
        var contents = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Resources, StringComparison.Ordinal)))
        {
            using var resource = assembly.GetManifestResourceStream(name)!;
            using var content = new MemoryStream();
            resource.CopyTo(content);
            contents.Add(name[Resources.Length..], content.ToArray());
        }

        return contents;
    }

    private static string HashOf(SortedDictionary<string, byte[]> contents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, content) in contents)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6));
    }

    private sealed record IndexFile(string PathBase, PageFile File, string Tag);
}
