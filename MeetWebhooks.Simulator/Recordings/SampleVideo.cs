namespace MeetWebhooks.Simulator.Recordings;

/// <summary>What every simulated recording shows.</summary>
internal static class SampleVideo
{
    /// <summary>The file, an MP4.</summary>
    public static readonly byte[] Bytes = EmbeddedFile.Read("Recordings/sample.mp4");
}
