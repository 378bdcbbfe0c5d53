using System.Net;
using MeetWebhooks.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;

namespace MeetWebhooks.Api.Meet;

/// <summary>Puts OpenVidu Meet into an application's services.</summary>
internal static class MeetExtensions
{
    /// <summary>For how long Meet is left alone after it failed several times in a row.</summary>
    public static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Adds <see cref="MeetClient"/> and its settings (<see cref="MeetOptions"/>, validated at start).
    /// </summary>
    public static IHostApplicationBuilder AddMeet(this IHostApplicationBuilder builder)
    {
        builder.AddMeetOptions();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHttpClient<MeetClient>(Address)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                // A redirect would take the API key to wherever it leads.
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.All,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                UseCookies = false,
            })
            // The client lives as long as the application, which is right for connections that are renewed.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .KeepOffASickMeet();
        return builder;
    }

    private static void AddMeetOptions(this IHostApplicationBuilder builder)
    {
        var developmentKey = builder.Environment.IsDevelopment() ? "meet-api-key" : "";
        builder.Services.AddOptions<MeetOptions>()
            .BindConfiguration(MeetOptions.Section)
            .PostConfigure<IConfiguration>((options, configuration) =>
            {
                options.ServerUrl = configuration.MeetServerUrl() ?? MeetSettings.DefaultServerUrl;
                options.ApiKey = configuration.MeetApiKey() ?? developmentKey;
            })
            .Validate(
                options => MeetSettings.IsHttpAddress(options.ServerUrl),
                "Meet:ServerUrl (OV_MEET_SERVER_URL) must be an address like https://meet.example.com/meet, without "
                + "user name, password, query or fragment.")
            .Validate(
                options => options.ApiKeys().Count > 0,
                "Meet:ApiKey (OV_MEET_API_KEY) is missing: set it to the API key of your OpenVidu Meet.")
            .Validate(
                options => options.ApiKeys().All(key => !key.Any(character => character is <= ' ' or > '~')),
                "Meet:ApiKey (OV_MEET_API_KEY) contains a blank or a character outside ASCII.")
            .Validate(
                options => options.Timeout >= TimeSpan.FromMilliseconds(50)
                    && options.Timeout <= TimeSpan.FromMinutes(5),
                "Meet:Timeout must be between 00:00:00.050 and 00:05:00 (5 minutes).")
            .Validate(
                options => options.ReconciliationInterval >= TimeSpan.FromSeconds(1)
                    && options.ReconciliationInterval <= TimeSpan.FromDays(1),
                "Meet:ReconciliationInterval must be between 00:00:01 (1 second) and 1.00:00:00 (1 day).")
            .ValidateOnStart();
    }

    private static void Address(IServiceProvider services, HttpClient client)
    {
        var options = services.GetRequiredService<IOptions<MeetOptions>>().Value;
        client.BaseAddress = new Uri($"{options.ServerUrl.TrimEnd('/')}/api/v1/");
        client.DefaultRequestHeaders.Add("X-API-KEY", options.ApiKeys()[0]);
        client.Timeout = Timeout.InfiniteTimeSpan;
    }

    /// <summary>
    /// Time limits, a circuit breaker, and up to two repeats of a GET that failed fast. What Meet was slow at is not
    /// repeated: that would only double the wait.
    /// </summary>
    private static void KeepOffASickMeet(this IHttpClientBuilder client)
    {
#pragma warning disable EXTEXP0001 // Only this removes the handler that the host's defaults add to every client.
        client.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        client.AddResilienceHandler("meet", (pipeline, context) =>
        {
            var timeout = context.ServiceProvider.GetRequiredService<IOptions<MeetOptions>>().Value.Timeout;
            var retry = new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldRetryAfterHeader = false,
                ShouldHandle = attempt => ValueTask.FromResult(
                    attempt.Outcome.Exception is HttpRequestException
                    || attempt.Outcome.Result?.StatusCode is HttpStatusCode.BadGateway
                        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout),
            };
            retry.DisableForUnsafeHttpMethods();
            pipeline
                .AddTimeout(timeout * 2)
                .AddRetry(retry)
                .AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
                {
                    FailureRatio = 0.5,
                    MinimumThroughput = 10,
                    BreakDuration = BreakDuration,
                })
                .AddTimeout(timeout);
        });
        client.AddHttpMessageHandler(() => new WholeAnswerHandler());
    }
}
