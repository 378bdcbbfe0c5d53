using System.Globalization;

namespace MeetWebhooks.AppHost.Start;

/// <summary>Settings that are numbers.</summary>
internal static class SettingExtensions
{
    /// <summary>Reads a whole number.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="key">The setting.</param>
    /// <param name="defaultValue">The number where it is not set.</param>
    /// <param name="maximum">The largest number that makes sense; the smallest is 1.</param>
    /// <exception cref="DistributedApplicationException">The setting is no such number.</exception>
    public static int GetNumber(this IConfiguration configuration, string key, int defaultValue, int maximum)
    {
        if (configuration[key] is not { Length: > 0 } setting)
            return defaultValue;
        if (int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= maximum)
        {
            return number;
        }

        var option = CommandLine.SwitchMappings.SingleOrDefault(mapping => mapping.Value == key).Key;
        var name = option is null ? key : $"{key} ({option})";
        throw new DistributedApplicationException(
            $"{name} must be a whole number from 1 to {maximum}, not '{setting}'.");
    }
}
