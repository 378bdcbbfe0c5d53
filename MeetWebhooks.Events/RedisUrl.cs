using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using StackExchange.Redis;

namespace MeetWebhooks.Events;

/// <summary>
/// Where Redis is, as the URL that platforms provide: <c>redis://user:password@host:6379/database</c>, or
/// <c>rediss://</c> for TLS. The Redis client does not read URLs.
/// </summary>
/// <param name="Host">The name or the IP address.</param>
/// <param name="Port">The TCP port, 6379 by default.</param>
/// <param name="UsesTls">Whether the connection is encrypted.</param>
/// <param name="User">The user, or an empty string for the default one.</param>
/// <param name="Password">The password, or an empty string where there is none.</param>
/// <param name="Database">The database, 0 by default.</param>
internal sealed record RedisUrl(string Host, int Port, bool UsesTls, string User, string Password, int Database)
{
    private const int DefaultPort = 6379;

    /// <summary>Reads a URL. User and password may be percent-encoded.</summary>
    /// <param name="text">The text, which may be anything.</param>
    /// <param name="url">The URL, where the answer is true.</param>
    /// <returns>
    /// False where any part is missing or invalid. A query is not supported: each client has options of its own there.
    /// </returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RedisUrl? url)
    {
        url = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri is not { Scheme: "redis" or "rediss" or "valkey" or "valkeys", Query: "", Fragment: "", Port: not 0 }
            || Uri.CheckHostName(uri.DnsSafeHost) == UriHostNameType.Unknown)
            return false;

        var credentials = uri.UserInfo is "" ? ["", ""] : uri.UserInfo.Split(':', 2);
        var path = uri.AbsolutePath.TrimStart('/');
        var database = 0;
        if (credentials.Length != 2
            || (path != "" && !int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out database)))
            return false;

        url = new RedisUrl(
            uri.DnsSafeHost,
            uri.IsDefaultPort ? DefaultPort : uri.Port,
            UsesTls: uri.Scheme is "rediss" or "valkeys",
            Uri.UnescapeDataString(credentials[0]),
            Uri.UnescapeDataString(credentials[1]),
            database);
        return true;
    }

    /// <summary>Sets the client's options.</summary>
    /// <param name="options">The options, without any address yet.</param>
    public void ApplyTo(ConfigurationOptions options)
    {
        options.EndPoints.Add(Host, Port);
        options.Ssl = UsesTls;
        options.User = User;
        options.Password = Password;
        options.DefaultDatabase = Database;
    }
}
