namespace MeetWebhooks.Simulator;

/// <summary>The files that the simulator brings along.</summary>
internal static class EmbeddedFile
{
    /// <summary>Reads one by its path in the project.</summary>
    public static byte[] Read(string path)
    {
        using var file = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(path)
            ?? throw new InvalidOperationException($"{path} is not embedded.");
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }
}
