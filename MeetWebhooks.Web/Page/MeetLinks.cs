using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Page;

/// <summary>Links to OpenVidu Meet, as browsers reach it.</summary>
internal sealed class MeetLinks(IOptions<PageOptions> options)
{
    private readonly Uri _meet = new(options.Value.MeetUrl);

    /// <summary>The link for a path of OpenVidu Meet's, which may lack the path that it has from outside.</summary>
    /// <param name="path">The path, with its query.</param>
    public string Of(string path)
    {
        var basePath = _meet.AbsolutePath.TrimEnd('/');
        var isComplete = path.StartsWith(basePath + "/", StringComparison.Ordinal);
        return _meet.GetLeftPart(UriPartial.Authority) + (isComplete ? path : basePath + path);
    }
}
