using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>Text from outside, made fit for logs and spans.</summary>
public static class PrintableText
{
    /// <summary>How many characters are kept where the caller doesn't say.</summary>
    public const int MaxLength = 200;

    /// <summary>Whether a text has only printable ASCII characters, as most have.</summary>
    /// <param name="text">The text.</param>
    internal static bool IsPrintableAscii(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange(' ', '~');

    /// <summary>
    /// Replaces each character that a terminal or a log viewer would not show as itself (line breaks, escape sequences,
    /// changes of the writing direction, lone surrogates and their kind) by U+FFFD, and cuts a long text.
    /// </summary>
    /// <param name="text">The text, or null.</param>
    /// <param name="maxLength">How many characters are kept.</param>
    /// <returns>The text, with an ellipsis where it was cut; null where there is none.</returns>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text, int maxLength = MaxLength)
    {
        if (text is null || (text.Length <= maxLength && IsPrintableAscii(text)))
            return text;

        var printable = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            var character = IsPrintable(rune) ? rune : Rune.ReplacementChar;
            if (printable.Length + character.Utf16SequenceLength > maxLength)
                return printable.Append('…').ToString();
            printable.Append(character);
        }

        return printable.ToString();
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
