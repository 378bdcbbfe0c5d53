using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MeetWebhooks.Tests.Api.Meet;

/// <summary>An error as every route answers it.</summary>
internal static class ProblemAssert
{
    /// <summary>Asserts an RFC 9457 problem whose sentence contains the text.</summary>
    /// <returns>The problem.</returns>
    public static async Task<JsonElement> IsAsync(HttpResponseMessage answer, HttpStatusCode status, string message)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.Contains(message, problem.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(problem.GetProperty("message").GetString(), problem.GetProperty("detail").GetString());
        return problem;
    }
}
