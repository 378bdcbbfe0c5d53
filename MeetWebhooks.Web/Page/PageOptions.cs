namespace MeetWebhooks.Web.Page;

/// <summary>What the page must be told: where browsers reach OpenVidu Meet.</summary>
internal sealed class PageOptions
{
    /// <summary>
    /// <c>Meet:PublicUrl</c>, else <c>Meet:ServerUrl</c> (<c>OV_MEET_SERVER_URL</c>), else <c>http://localhost:9080</c>;
    /// without a slash at its end.
    /// </summary>
    public string MeetUrl { get; set; } = "";
}
