namespace MeetWebhooks.Simulator;

/// <summary>What is wrong with one field of a request.</summary>
internal sealed record FieldError(string Field, string Message);

/// <summary>The body of an error as OpenVidu Meet writes it.</summary>
internal sealed record ErrorAnswer(string Error, string Message, IReadOnlyList<FieldError>? Details = null);

/// <summary>An error that a request is answered with.</summary>
internal sealed class MeetError(int status, string error, string message, params FieldError[] details) : Exception(message)
{
    public int Status => status;

    public ErrorAnswer Answer => new(error, Message, details.Length == 0 ? null : details);

    public static MeetError Invalid(params FieldError[] details) =>
        new(StatusCodes.Status422UnprocessableEntity, "Unprocessable Entity", "Invalid request", details);

    public static MeetError Invalid(string field, string message) => Invalid(new FieldError(field, message));

    public static MeetError NoRoom(string roomId) =>
        new(StatusCodes.Status404NotFound, "Room Error", $"Room '{roomId}' does not exist");

    public static MeetError NoRecording(string recordingId) =>
        new(StatusCodes.Status404NotFound, "Recording Error", $"Recording '{recordingId}' not found");

    public static MeetError Unauthorized(string message) =>
        new(StatusCodes.Status401Unauthorized, "Authentication Error", message);
}

/// <summary>Some errors are pages, as they come from the real one's web framework and not from itself.</summary>
internal sealed class HtmlError(int status, string reason) : Exception(reason)
{
    public int Status => status;

    public string Page =>
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>Error</title>
        </head>
        <body>
        <pre>{Message}</pre>
        </body>
        </html>

        """;
}
