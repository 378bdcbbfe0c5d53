using System.Text;
using System.Text.Json;

namespace MeetWebhooks.Tests.Captures;

/// <summary>Webhooks that real OpenVidu Meet servers sent.</summary>
internal static class CapturedDelivery
{
    extension(Delivery)
    {
        /// <summary>Reads a captured webhook.</summary>
        /// <param name="number">What its name begins with, for example <c>01</c>.</param>
        /// <param name="version">Which OpenVidu Meet sent it.</param>
        public static Delivery Captured(string number, string version = CaptureFile.Simulated) =>
            Read(CaptureFile.Webhooks(version).Single(capture =>
                capture.Key.StartsWith(number + "-", StringComparison.Ordinal)).Value);

        /// <summary>All captured webhooks of all versions.</summary>
        public static IEnumerable<Delivery> AllCaptured() =>
            CaptureFile.Versions.SelectMany(version => Delivery.AllCaptured(version.Data));

        /// <summary>All captured webhooks of a version, in the order in which they were sent.</summary>
        public static IEnumerable<Delivery> AllCaptured(string version) =>
            CaptureFile.Webhooks(version).Values.Where(IsWebhook).Select(Read);
    }

    // The capture 3.9/198-other is no webhook but the GET without a body with which Meet followed a redirect.
    private static bool IsWebhook(JsonElement capture) => capture.GetProperty("method").GetString() == "POST";

    private static Delivery Read(JsonElement capture)
    {
        var headers = capture.GetProperty("headers");
        return new Delivery(
            headers.GetProperty("X-Timestamp").GetString(),
            headers.GetProperty("X-Signature").GetString(),
            Encoding.UTF8.GetBytes(capture.GetProperty("body").GetString()!))
        {
            Key = capture.GetProperty("apiKey").GetString()!,
        };
    }
}
