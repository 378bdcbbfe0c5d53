namespace MeetWebhooks.Standalone;

/// <summary>Another program listens where a part of this one should.</summary>
/// <param name="url">The address that is taken.</param>
/// <param name="innerException">What the system said.</param>
public sealed class PortInUseException(string url, Exception innerException) : IOException(
    $"The port of {url} is in use. Stop the program that has it, or choose another: SERVER_PORT (or --urls) for the page, "
    + "Simulator:Url for the simulated OpenVidu Meet. If a real OpenVidu Meet has it, set OV_MEET_SERVER_URL to use that.",
    innerException);
