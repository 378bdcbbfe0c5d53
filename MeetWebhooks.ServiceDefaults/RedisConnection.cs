using StackExchange.Redis;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>Where Redis is (<c>ConnectionStrings:redis</c>); here only to be checked before anything connects.</summary>
internal sealed class RedisConnection
{
    /// <summary>For example <c>localhost:6379</c>; may have a password in it, and is never repeated in a message.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Whether Redis's client understands it.</summary>
    public bool CanBeRead()
    {
        try
        {
            return ConfigurationOptions.Parse(ConnectionString ?? "").EndPoints.Count > 0;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return false;
        }
    }
}
