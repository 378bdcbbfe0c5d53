using System.Text.Json;

namespace MeetWebhooks.Simulator;

/// <summary>Checks JSON in the way, and with the words, of OpenVidu Meet; collects all that is wrong.</summary>
internal sealed class JsonCheck
{
    private readonly List<FieldError> _errors = [];

    /// <summary>Ends the request where anything was wrong.</summary>
    public void ThrowIfWrong()
    {
        if (_errors.Count > 0)
            throw MeetError.Invalid([.. _errors]);
    }

    public void Wrong(string field, string message) => _errors.Add(new FieldError(field, message));

    /// <summary>A member that must be there and be of a kind.</summary>
    public JsonElement? Required(JsonElement parent, string path, JsonValueKind kind) =>
        Member(parent, path) is { } member ? Of(member, path, kind) : Miss(path);

    /// <summary>A member that must be of a kind where it is there.</summary>
    public JsonElement? Optional(JsonElement parent, string path, JsonValueKind kind) =>
        Member(parent, path) is { } member ? Of(member, path, kind) : null;

    /// <summary>A member that must be one of some words.</summary>
    public string? OneOf(JsonElement parent, string path, string[] words)
    {
        if (Required(parent, path, JsonValueKind.String) is not { } member)
            return null;
        var word = Text(member);
        if (words.Contains(word))
            return word;
        Wrong(path, NotOneOf(words, word));
        return null;
    }

    /// <summary>A member that must be true or false.</summary>
    public bool? Flag(JsonElement parent, string path)
    {
        if (Member(parent, path) is not { } member)
        {
            Miss(path);
            return null;
        }

        if (member.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return member.GetBoolean();
        Wrong(path, $"Expected boolean, received {Name(member.ValueKind)}");
        return null;
    }

    /// <summary>A value that must be of a kind.</summary>
    public JsonElement? Of(JsonElement value, string path, JsonValueKind kind)
    {
        if (value.ValueKind == kind)
            return value;
        Wrong(path, $"Expected {Name(kind)}, received {Name(value.ValueKind)}");
        return null;
    }

    public static string NotOneOf(string[] words, string word) =>
        $"Invalid enum value. Expected {string.Join(" | ", words.Select(one => $"'{one}'"))}, received '{word}'";

    /// <summary>A string's text; half a character, which JSON can hold, becomes a replacement character.</summary>
    public static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    private static JsonElement? Member(JsonElement parent, string path) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(path.Split('.')[^1], out var member)
            ? member
            : null;

    private JsonElement? Miss(string path)
    {
        Wrong(path, "Required");
        return null;
    }

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Undefined => "undefined",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
