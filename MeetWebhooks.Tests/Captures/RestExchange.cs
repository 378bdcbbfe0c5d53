using System.Text;
using System.Text.Json;

namespace MeetWebhooks.Tests.Captures;

/// <summary>One exchange with the REST API of a real OpenVidu Meet.</summary>
internal sealed class RestExchange
{
    private readonly JsonElement _request;
    private readonly JsonElement _response;

    private RestExchange(JsonElement exchange)
    {
        _request = exchange.GetProperty("request");
        _response = exchange.GetProperty("response");
    }

    public string Method => _request.GetProperty("method").GetString()!;

    public string Path => _request.GetProperty("path").GetString()!;

    public string? RequestBody => _request.GetProperty("body").GetString();

    /// <summary>The request's headers as they were sent.</summary>
    public IEnumerable<(string Name, string Value)> Headers => _request.GetProperty("headers").EnumerateObject()
        .Select(header => (header.Name, header.Value.GetString()!));

    public int Status => _response.GetProperty("status").GetInt32();

    public JsonElement Answer => _response.GetProperty("body");

    public string ContentType => _response.GetProperty("headers").GetProperty("Content-Type").GetString()!;

    /// <summary>The answer's headers, as <c>Name: value</c>; what differs from run to run is made equal.</summary>
    public IEnumerable<string> AnswerHeaders => _response.GetProperty("headers").EnumerateObject()
        .Select(header => CapturedJson.Normal($"{header.Name}: {header.Value}"));

    /// <summary>The request's body; a large one is in the capture only as its length and its beginning.</summary>
    public byte[]? Body()
    {
        if (RequestBody is not { } body)
            return null;
        return body.StartsWith('<') && body.Contains(" bytes: ", StringComparison.Ordinal)
            ? Encoding.UTF8.GetBytes("{\"roomName\":\"x\",\"pad\":\"" + new string('y', 112_640) + "\"}")
            : Encoding.UTF8.GetBytes(body);
    }

    /// <summary>The answer's body as text.</summary>
    public string AnswerText => Answer.ValueKind == JsonValueKind.String ? Answer.GetString()! : Answer.GetRawText();

    /// <summary>The answer's body.</summary>
    public byte[] AnswerBytes => Encoding.UTF8.GetBytes(AnswerText);

    /// <summary>Reads a captured exchange.</summary>
    /// <param name="name">Its name, for example <c>rooms-create</c>.</param>
    /// <param name="version">Which OpenVidu Meet answered.</param>
    public static RestExchange Read(string name, string version = CaptureFile.Simulated) =>
        new(CaptureFile.Rest(version)[name]);
}
