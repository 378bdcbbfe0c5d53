using System.Runtime.CompilerServices;

namespace MeetWebhooks.Tests;

/// <summary>
/// The harness as tests call it: with their cancellation token, and skipping a test where a program is missing.
/// </summary>
internal static class HarnessExtensions
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    extension(Eventually)
    {
        /// <summary>Waits until a condition holds.</summary>
        public static Task TrueAsync(
            Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string expression = "") =>
            Eventually.TrueAsync(condition, Eventually.Limit, Cancel, expression);

        /// <summary>Waits until a condition holds.</summary>
        public static Task TrueAsync(
            Func<Task<bool>> condition,
            TimeSpan? limit = null,
            [CallerArgumentExpression(nameof(condition))] string expression = "") =>
            Eventually.TrueAsync(condition, limit ?? Eventually.Limit, Cancel, expression);
    }

    extension(RedisServer)
    {
        /// <summary>
        /// Starts a server that writes to disk before it answers, so that a crash loses nothing. Skips the test where
        /// Redis is not installed.
        /// </summary>
        public static Task<RedisServer> StartAsync(params string[] options) =>
            RedisServer.StartAsync(clientOptions: "", ["--appendonly yes", "--appendfsync always", .. options]);

        /// <summary>Starts a server with these options alone. Skips the test where the program is not installed.</summary>
        public static Task<RedisServer> StartAsync(
            string clientOptions, string[] options, string program = RedisServer.DefaultProgram)
        {
            Assert.SkipUnless(InstalledProgram.Find(program) is not null, $"{program} is not on the PATH.");
            return RedisServer.StartAsync(options, clientOptions, Cancel, program);
        }
    }

    extension(Service)
    {
        /// <summary>Starts an Api.</summary>
        public static Task<Service> StartApiAsync(string redis, params (string Key, string Value)[] settings) =>
            Service.StartApiAsync(redis, settings, Cancel);

        /// <summary>Starts a Web replica.</summary>
        public static Task<Service> StartWebAsync(
            string redis, Service api, params (string Key, string Value)[] settings) =>
            Service.StartWebAsync(redis, api, settings, Cancel);
    }

    extension(Browser)
    {
        /// <summary>Opens <c>/events</c>.</summary>
        public static Task<Browser> OpenAsync(HttpClient client, string? lastEventId = null, string query = "") =>
            Browser.OpenAsync(client, lastEventId, query, Cancel);

        /// <summary>Opens <c>/events</c> without a position, and waits until the stream has sent one.</summary>
        public static Task<Browser> OpenLiveAsync(HttpClient client) => Browser.OpenLiveAsync(client, Cancel);
    }

    extension(ReconnectingBrowser)
    {
        /// <summary>Opens the stream, and waits until it has sent a position.</summary>
        public static Task<ReconnectingBrowser> OpenAsync(params IReadOnlyList<HttpClient> replicas) =>
            ReconnectingBrowser.OpenAsync(replicas, Cancel);
    }

    extension(SilentBrowser)
    {
        /// <summary>Opens a stream, and reads only the response's headers.</summary>
        public static Task<SilentBrowser> OpenAsync(HttpClient replica, string version = "1.1") =>
            SilentBrowser.OpenAsync(replica, version, Cancel);
    }
}
