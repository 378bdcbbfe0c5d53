using MeetWebhooks.ServiceDefaults;
using StackExchange.Redis;

namespace MeetWebhooks.Events;

/// <summary>
/// Redis did not answer in time, or not at all, or with something that is no log. Whether an append took place is not
/// known.
/// </summary>
/// <param name="message">A sentence that says what to check.</param>
/// <param name="innerException">What went wrong underneath.</param>
public sealed class WebhookLogUnavailableException(string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    private const string NoAnswer =
        "Redis does not answer. Check that it runs and that ConnectionStrings:redis leads to it.";

    private const string NotAuthenticated =
        "Redis refuses the user name or the password. Check those in ConnectionStrings:redis.";

    private const string NoDatabase = "Redis refuses the database that ConnectionStrings:redis names. Allow the user to "
        + "SELECT it (ACL: +select), or name another one; a cluster has only 0.";

    // Out of memory, a replica, no permission, …
    private const string Refused =
        "Redis answers, but refuses what it is asked to do. The log of this service has the reason.";

    /// <summary>What went wrong underneath, for logs, as <see cref="PrintableText"/>.</summary>
    public string Reason => PrintableText.Of(GetBaseException().Message);

    /// <summary>Says what to check where a command has failed.</summary>
    /// <param name="exception">The Redis client's exception.</param>
    internal static WebhookLogUnavailableException Of(Exception exception) => new(
        exception switch
        {
            _ when IsAuthenticationFailure(exception) => NotAuthenticated,
            _ when exception.Message.Contains(LogScripts.NoDatabase, StringComparison.Ordinal) => NoDatabase,
            RedisServerException or RedisCommandException => Refused,
            _ => NoAnswer,
        },
        exception);

    private static bool IsAuthenticationFailure(Exception? exception) => exception switch
    {
        null => false,
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => true,
        AggregateException several => several.InnerExceptions.Any(IsAuthenticationFailure),
        _ => IsAuthenticationFailure(exception.InnerException),
    };
}
