using System.Text.Json;
using MeetWebhooks.Api.Reconciliation;
using MeetWebhooks.Api.Rooms;
using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace MeetWebhooks.Api.Meet;

/// <summary>
/// OpenVidu Meet's REST API (<c>/api/v1</c>, versions 3.4.0 and later), as far as rooms and recordings need it.
/// Whatever goes wrong comes out as a <see cref="MeetException"/>.
/// </summary>
internal sealed class MeetClient(HttpClient http, IOptions<MeetOptions> options) : IMeetReader
{
    private const int PageSize = 100;
    private const int MostPages = 1_000;
    private const int MostBytes = 64 * 1024 * 1024;

    // A reading can wait for no answer as long as a person can.
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _listTimeout = MeetOptions.ListTimeouts * options.Value.Timeout;

    /// <summary>
    /// All items of a kind, from all pages, in Meet's order. A list takes at most <see cref="MeetOptions.ListTimeouts"/> times
    /// <see cref="MeetOptions.Timeout"/>, 5 seconds a page, 1,000 pages and 64 MiB.
    /// </summary>
    public async Task<IReadOnlyList<MeetItem>> ListAsync(ItemKind kind, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_listTimeout);
        var list = kind.ListName();
        try
        {
            return await ReadPagesAsync(list, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MeetException(
                StatusCodes.Status504GatewayTimeout,
                $"OpenVidu Meet's list of {list} took longer than {_listTimeout.TotalSeconds:0.#} s. Delete "
                + $"{list} that nobody needs, or give it longer (Meet:Timeout).",
                exception);
        }
    }

    /// <summary>An item, or null where Meet says that there is none, or that none can have such an id.</summary>
    public async Task<MeetItem?> FindAsync(ItemKind kind, string id, CancellationToken cancellationToken)
    {
        if (kind == ItemKind.Room ? !MeetId.IsRoom(id) : !MeetId.IsRecording(id))
            return null;
        try
        {
            var answer = await ReadAsync($"{kind.ListName()}/{Uri.EscapeDataString(id)}", cancellationToken).ConfigureAwait(false);
            return answer.Json.Text(kind.IdField()) is null ? throw Unexpected() : answer.Json;
        }
        catch (MeetException exception) when (
            exception.Status is StatusCodes.Status404NotFound or StatusCodes.Status422UnprocessableEntity)
        {
            return null;
        }
    }

    /// <summary>Creates a room with chat, recording and virtual backgrounds enabled.</summary>
    /// <returns>The room.</returns>
    public async Task<MeetItem> CreateRoomAsync(string roomName, CancellationToken cancellationToken)
    {
        var room = JsonContent.Create(NewRoom.Named(roomName), RoomsJson.Default.NewRoom);
        var answer = await SendAsync(HttpMethod.Post, "rooms", room, cancellationToken).ConfigureAwait(false);
        return answer.Json.Text("roomId") is null ? throw Unexpected() : answer.Json;
    }

    /// <summary>Deletes a room, or closes it, or schedules either, as the policies and its state have it.</summary>
    /// <param name="roomId">The room.</param>
    /// <param name="policies">What to do about a meeting and about recordings.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<RoomDeletion> DeleteRoomAsync(
        string roomId, DeletionPolicies policies, CancellationToken cancellationToken)
    {
        var path = $"rooms/{Uri.EscapeDataString(roomId)}{policies.ToQuery()}";
        var answer = await SendAsync(HttpMethod.Delete, path, null, cancellationToken).ConfigureAwait(false);
        return new RoomDeletion(
            answer.Status,
            answer.Json.Text("message") ?? throw Unexpected(),
            answer.Json.Text("successCode"),
            answer.Json.Item("room"));
    }

    /// <summary>Deletes a recording.</summary>
    /// <returns>Meet's sentence about it.</returns>
    public async Task<string> DeleteRecordingAsync(string recordingId, CancellationToken cancellationToken)
    {
        var path = $"recordings/{Uri.EscapeDataString(recordingId)}";
        var answer = await SendAsync(HttpMethod.Delete, path, null, cancellationToken).ConfigureAwait(false);
        return answer.Json.Text("message") ?? throw Unexpected();
    }

    /// <summary>A link under which anyone can watch the recording.</summary>
    public async Task<string> GetRecordingUrlAsync(string recordingId, CancellationToken cancellationToken)
    {
        var path = $"recordings/{Uri.EscapeDataString(recordingId)}/url";
        var answer = await SendAsync(HttpMethod.Get, path, null, cancellationToken).ConfigureAwait(false);
        return answer.Json.Text("url") ?? throw Unexpected();
    }

    private async Task<IReadOnlyList<MeetItem>> ReadPagesAsync(string collection, CancellationToken cancellationToken)
    {
        var items = new List<MeetItem>();
        var length = 0;
        var tokens = new HashSet<string>();
        var path = $"{collection}?maxItems={PageSize}";
        for (var page = path; ;)
        {
            var answer = await ReadAsync(page, cancellationToken).ConfigureAwait(false);
            items.AddRange(answer.Json.Items(collection) ?? throw Unexpected());
            length += answer.Length;
            var pagination = answer.Json.Item("pagination");
            if (pagination?.Text("nextPageToken") is not { Length: > 0 } token)
            {
                // A list that breaks off lacks items that Meet has.
                return pagination?.Flag("isTruncated") == true ? throw Unexpected() : items;
            }

            // A page that leads back to an earlier one would never end.
            if (!tokens.Add(token))
            {
                throw BadGateway(
                    $"OpenVidu Meet's list of {collection} has no end. Check that Meet:ServerUrl leads to it.");
            }

            if (tokens.Count == MostPages || length > MostBytes)
            {
                throw BadGateway(
                    $"OpenVidu Meet's list of {collection} is too large. Delete {collection} that nobody needs.");
            }

            page = $"{path}&nextPageToken={Uri.EscapeDataString(token)}";
        }
    }

    private async Task<Answer> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestRead);
        try
        {
            return await SendAsync(HttpMethod.Get, path, null, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooSlow(exception);
        }
    }

    private async Task<Answer> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            var json = Parse(body);
            return response.IsSuccessStatusCode
                ? new Answer((int)response.StatusCode, json, body.Length)
                : throw Refusal(response, json);
        }
        catch (BrokenCircuitException exception)
        {
            throw new MeetException(
                StatusCodes.Status503ServiceUnavailable,
                "OpenVidu Meet has failed several times in a row and is left alone for a moment. Check that it runs.",
                exception) { RetryAfter = MeetExtensions.BreakDuration };
        }
        catch (TimeoutRejectedException exception)
        {
            throw TooSlow(exception);
        }
        catch (HttpRequestException exception)
        {
            throw BadGateway(WhatToCheck(exception.HttpRequestError), exception);
        }
        catch (InvalidDataException exception)
        {
            throw Unexpected(exception);
        }
    }

    private static MeetException Refusal(HttpResponseMessage response, MeetItem json)
    {
        var error = json.Text("error");
        var status = (int)response.StatusCode;
        return status switch
        {
            StatusCodes.Status401Unauthorized => BadGateway(
                "OpenVidu Meet refuses the API key. Check that Meet:ApiKey (OV_MEET_API_KEY) is the one that it has."),
            >= 300 and < 400 => BadGateway(
                "OpenVidu Meet answers with a redirect. Check scheme, host and path of Meet:ServerUrl."),
            StatusCodes.Status404NotFound when error is null or "Path Not Found" => BadGateway(
                "OpenVidu Meet's API is not at Meet:ServerUrl. Check its path: newer ones are under /meet by default."),
            >= 400 and < 500 when json.Text("message") is { } message => new MeetException(status, message)
            {
                Error = error,
                Details = json.Items("details"),
                RetryAfter = response.Headers.RetryAfter?.Delta,
            },
            >= 500 => BadGateway($"OpenVidu Meet failed with status {status}. Its own log tells why."),
            _ => Unexpected(),
        };
    }

    private static string WhatToCheck(HttpRequestError error) => error switch
    {
        HttpRequestError.ConfigurationLimitExceeded => "OpenVidu Meet's answer is too large to be one.",
        HttpRequestError.SecureConnectionError =>
            "No secure connection to OpenVidu Meet. Check its certificate, and whether Meet:ServerUrl should be http.",
        _ => "OpenVidu Meet can't be reached. Check that it runs and that Meet:ServerUrl leads to it.",
    };

    private static MeetException Unexpected(Exception? innerException = null) => BadGateway(
        "What answers is not OpenVidu Meet, or is broken. Check that Meet:ServerUrl leads to it.", innerException);

    private static MeetException TooSlow(Exception innerException) => new(
        StatusCodes.Status504GatewayTimeout,
        "OpenVidu Meet did not answer in time. Check how it is doing, or give it longer (Meet:Timeout).",
        innerException);

    private static MeetException BadGateway(string message, Exception? innerException = null) =>
        new(StatusCodes.Status502BadGateway, message, innerException);

    private static MeetItem Parse(byte[] body)
    {
        try
        {
            return new MeetItem(JsonElement.Parse(body));
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private readonly record struct Answer(int Status, MeetItem Json, int Length);
}
