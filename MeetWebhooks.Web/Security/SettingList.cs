namespace MeetWebhooks.Web.Security;

/// <summary>Settings that list several values.</summary>
internal static class SettingList
{
    /// <summary>Splits a setting into its values, without spaces around them and without empty ones.</summary>
    public static string[] Split(string? setting, char separator = ',') =>
        (setting ?? "").Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
