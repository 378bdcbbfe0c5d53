namespace MeetWebhooks.Tests.Events;

public sealed class RedisUrlTests
{
    [Theory]
    [InlineData("redis://localhost", "localhost")]
    [InlineData("redis://localhost:6379/", "localhost")]
    [InlineData(" REDIS://Localhost:7000/15\n", "localhost", 7000, false, "", "", 15)]
    [InlineData("redis://user:pa%40ss@host:6379/2", "host", 6379, false, "user", "pa@ss", 2)]
    [InlineData("rediss://:secret@my_redis", "my_redis", 6379, true, "", "secret")]
    [InlineData("rediss://d%C3%A9faut:a%2Cb%3Dc%25%2540@10.0.0.5:25061", "10.0.0.5", 25061, true, "défaut", "a,b=c%%40")]
    [InlineData("redis://user:a:b+c@host", "host", 6379, false, "user", "a:b+c")]
    [InlineData("redis://[::1]:6380/1", "::1", 6380, false, "", "", 1)]
    [InlineData("valkey://user:@host", "host", 6379, false, "user")]
    [InlineData("valkeys://host", "host", 6379, true)]
    public void A_URL_is_read(
        string text,
        string host,
        int port = 6379,
        bool usesTls = false,
        string user = "",
        string password = "",
        int database = 0)
    {
        Assert.True(RedisUrl.TryParse(text, out var url));
        Assert.Equal(new RedisUrl(host, port, usesTls, user, password, database), url);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("localhost:6379")]
    [InlineData("http://localhost:6379")]
    [InlineData("redis-sentinel://host")]
    [InlineData("redis://")]
    [InlineData("redis:///2")]
    [InlineData("redis://secret@host")]
    [InlineData("redis://user:secret@host:port")]
    [InlineData("redis://user:secret@host:0")]
    [InlineData("redis://user:secret@host:99999")]
    [InlineData("redis://user:sec/ret@host")]
    [InlineData("redis://user:sec?ret@host")]
    [InlineData("redis://user:sec#ret@host")]
    [InlineData("redis://user:sec ret@ho st")]
    [InlineData("redis://host/name")]
    [InlineData("redis://host/-1")]
    [InlineData("redis://host/99999999999")]
    [InlineData("redis://host/0?ssl_cert_reqs=none")]
    [InlineData("redis://one:6379,two:6379")]
    [InlineData("redis://host:6379,ssl=true")]
    public void A_URL_with_a_part_that_is_missing_or_invalid_is_not_read(string? text) =>
        Assert.False(RedisUrl.TryParse(text, out _));
}
