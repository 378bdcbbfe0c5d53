using System.Globalization;
using System.Text;
using MeetWebhooks.Api.Webhooks;
using MeetWebhooks.Tests.Captures;

namespace MeetWebhooks.Tests.Api.Webhooks;

public sealed class WebhookSignatureTests
{
    private static readonly WebhookOptions Options = new();
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_795_442_582_622);

    [Theory]
    [MemberData(nameof(CaptureFile.Versions), MemberType = typeof(CaptureFile))]
    public void Every_captured_delivery_is_valid_when_it_was_sent(string version) =>
        Assert.All(Delivery.AllCaptured(version), delivery =>
        {
            Assert.Equal(
                WebhookVerdict.Valid, WebhookSignature.CheckTimestamp(delivery.Timestamp, delivery.SentAt, Options));
            Assert.Equal(WebhookVerdict.Valid, Check(delivery));
        });

    [Fact]
    public void A_published_vector_is_valid()
    {
        // printf '1700000000000.{"event":"testEvent"}' | openssl dgst -sha256 -hmac secret
        var delivery = new Delivery(
            "1700000000000",
            "a282f233e6bebc2ce22eadea94b8c2c5d9df78214de129a07f33919234f20cda",
            Encoding.UTF8.GetBytes("""{"event":"testEvent"}"""));

        Assert.Equal(WebhookVerdict.Valid, Check(delivery, "secret"));
    }

    [Fact]
    public void One_changed_bit_anywhere_in_the_body_is_a_wrong_signature()
    {
        var delivery = Delivery.Captured("01");
        for (var bit = 0; bit < delivery.Body.Length * 8; bit++)
        {
            var body = delivery.Body.ToArray();
            body[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(WebhookVerdict.WrongSignature, Check(delivery with { Body = body }));
        }
    }

    [Fact]
    public void One_changed_digit_anywhere_in_the_signature_is_a_wrong_signature()
    {
        var delivery = Delivery.Captured("01");
        for (var digit = 0; digit < delivery.Signature!.Length; digit++)
            Assert.Equal(WebhookVerdict.WrongSignature, Check(delivery with { Signature = Changed(delivery.Signature, digit) }));
    }

    [Fact]
    public void One_changed_digit_anywhere_in_the_timestamp_is_a_wrong_signature()
    {
        var delivery = Delivery.Captured("01");
        for (var digit = 0; digit < delivery.Timestamp!.Length; digit++)
            Assert.Equal(WebhookVerdict.WrongSignature, Check(delivery with { Timestamp = Changed(delivery.Timestamp, digit) }));
    }

    [Fact]
    public void A_body_that_was_cut_or_goes_on_is_a_wrong_signature()
    {
        var delivery = Delivery.Captured("01");

        Assert.Equal(WebhookVerdict.WrongSignature, Check(delivery with { Body = delivery.Body[..^1] }));
        Assert.Equal(WebhookVerdict.WrongSignature, Check(delivery with { Body = [.. delivery.Body, (byte)'\n'] }));
        Assert.Equal(WebhookVerdict.WrongSignature, Check(delivery with { Body = [] }));
    }

    [Fact]
    public void The_same_json_written_otherwise_is_a_wrong_signature()
    {
        var delivery = Delivery.Captured("01");
        var spaced = Encoding.UTF8.GetBytes(delivery.Json.Replace("\":", "\": ", StringComparison.Ordinal));

        Assert.Equal(WebhookVerdict.WrongSignature, Check(delivery with { Body = spaced }));
    }

    [Fact]
    public void Another_key_is_a_wrong_signature() =>
        Assert.Equal(WebhookVerdict.WrongSignature, Check(Delivery.Captured("01"), "meet-api-key2"));

    [Fact]
    public void Any_of_several_keys_may_have_signed_while_a_key_is_rotated()
    {
        var delivery = Delivery.Captured("01");

        Assert.Equal(WebhookVerdict.Valid, Check(delivery, "new-key", "meet-api-key"));
        Assert.Equal(WebhookVerdict.Valid, Check(delivery, "meet-api-key", "new-key"));
        Assert.Equal(WebhookVerdict.WrongSignature, Check(delivery, "new-key", "newer-key"));
        Assert.Equal(WebhookVerdict.WrongSignature, Check(delivery, []));
    }

    [Fact]
    public void The_signature_may_be_in_upper_case_as_hex_has_no_case()
    {
        var delivery = Delivery.Captured("01");

        Assert.Equal(WebhookVerdict.Valid, Check(delivery with { Signature = delivery.Signature!.ToUpperInvariant() }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("15db")]
    [InlineData("15db2e21b61f130ce92f268ac9d4cab8c7ff422eaed4264338e40d41d58c47a")]
    [InlineData("15db2e21b61f130ce92f268ac9d4cab8c7ff422eaed4264338e40d41d58c47a20")]
    [InlineData("15db2e21b61f130ce92f268ac9d4cab8c7ff422eaed4264338e40d41d58c47a200")]
    [InlineData("15db2e21b61f130ce92f268ac9d4cab8c7ff422eaed4264338e40d41d58c47ag")]
    [InlineData(" 5db2e21b61f130ce92f268ac9d4cab8c7ff422eaed4264338e40d41d58c47a2")]
    [InlineData("0x15db2e21b61f130ce92f268ac9d4cab8c7ff422eaed4264338e40d41d58c47a2")]
    [InlineData("１5db2e21b61f130ce92f268ac9d4cab8c7ff422eaed4264338e40d41d58c47a2")]
    public void A_signature_that_is_not_64_hexadecimal_digits_is_none(string? signature) =>
        Assert.Equal(WebhookVerdict.NoSignature, Check(Delivery.Captured("01") with { Signature = signature }));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("-1795442582622")]
    [InlineData("+1795442582622")]
    [InlineData(" 1795442582622")]
    [InlineData("1795442582622 ")]
    [InlineData("1795442582622.0")]
    [InlineData("1,795,442,582,622")]
    [InlineData("1.795442582622e12")]
    [InlineData("0x1A2B")]
    [InlineData("１795442582622")]
    [InlineData("1795442582622\n")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999999999999999999999")]
    public void A_timestamp_that_is_not_a_plain_number_is_none(string? timestamp) =>
        Assert.Equal(WebhookVerdict.NoTimestamp, WebhookSignature.CheckTimestamp(timestamp, Now, Options));

    [Fact]
    public void A_webhook_is_too_old_at_two_minutes_and_not_a_millisecond_before()
    {
        Assert.Equal(WebhookVerdict.TooOld, CheckAge(TimeSpan.FromMinutes(2)));
        Assert.Equal(WebhookVerdict.Valid, CheckAge(TimeSpan.FromMinutes(2) - TimeSpan.FromMilliseconds(1)));
        Assert.Equal(WebhookVerdict.TooOld, WebhookSignature.CheckTimestamp("0", Now, Options));
    }

    [Fact]
    public void A_webhook_is_from_the_future_at_two_minutes_ahead_and_not_a_millisecond_before()
    {
        Assert.Equal(WebhookVerdict.FromTheFuture, CheckAge(-TimeSpan.FromMinutes(2)));
        Assert.Equal(WebhookVerdict.Valid, CheckAge(-TimeSpan.FromMinutes(2) + TimeSpan.FromMilliseconds(1)));
        Assert.Equal(
            WebhookVerdict.FromTheFuture, WebhookSignature.CheckTimestamp("999999999999999", Now, Options));
    }

    [Theory]
    [InlineData("1795442582")]
    [InlineData("1795442882")]
    [InlineData("1000000000")]
    [InlineData("9999999999")]
    public void A_timestamp_in_seconds_is_not_called_old(string timestamp) =>
        Assert.Equal(WebhookVerdict.TimestampInSeconds, WebhookSignature.CheckTimestamp(timestamp, Now, Options));

    [Fact]
    public void A_large_body_is_checked_as_a_small_one()
    {
        var delivery = Delivery.Sign(new byte[200_000], Now);

        Assert.Equal(WebhookVerdict.Valid, Check(delivery));
        delivery.Body[^1] ^= 1;
        Assert.Equal(WebhookVerdict.WrongSignature, Check(delivery));
    }

    private static WebhookVerdict CheckAge(TimeSpan age) => WebhookSignature.CheckTimestamp(
        (Now - age).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), Now, Options);

    private static WebhookVerdict Check(Delivery delivery) => Check(delivery, delivery.Key);

    private static WebhookVerdict Check(Delivery delivery, params string[] keys) => WebhookSignature.Check(
        delivery.Timestamp!, delivery.Signature, delivery.Body, [.. keys.Select(Encoding.UTF8.GetBytes)]);

    private static string Changed(string digits, int index) =>
        digits[..index] + (digits[index] == '0' ? '1' : '0') + digits[(index + 1)..];
}
