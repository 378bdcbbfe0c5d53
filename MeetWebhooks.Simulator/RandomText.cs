using System.Security.Cryptography;

namespace MeetWebhooks.Simulator;

/// <summary>Random parts of ids and links.</summary>
internal static class RandomText
{
    /// <summary>Lower-case letters and digits.</summary>
    public static string Of(int length) =>
        RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", length);

    /// <summary>Letters of both cases and digits.</summary>
    public static string Mixed(int length) => RandomNumberGenerator.GetString(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length);

    /// <summary>10 hexadecimal digits.</summary>
    public static string Secret() => RandomNumberGenerator.GetHexString(10, lowercase: true);
}
