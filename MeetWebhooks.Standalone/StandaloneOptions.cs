using System.ComponentModel.DataAnnotations;

namespace MeetWebhooks.Standalone;

/// <summary>Settings of the standalone host; those of its parts are found where they always are.</summary>
public sealed class StandaloneOptions
{
    private const string Address = @"https?://[^/:]+:\d{1,5}/?";

    /// <summary>How many Web replicas run (<c>Web:Replicas</c>, <c>--web-replicas</c>). 1 by default.</summary>
    [Range(1, 100, ErrorMessage = "Web:Replicas (--web-replicas) must lie between 1 and 100.")]
    public int WebReplicas { get; set; } = 1;

    /// <summary>
    /// The address of the first replica (<c>SERVER_PORT</c>, <c>--urls</c>); the others have the ports that follow. Port 0
    /// gives each any free port. <c>http://*:6080</c> by default: all interfaces, as OpenVidu Meet's containers and phones
    /// must reach it.
    /// </summary>
    [RegularExpression(Address, ErrorMessage = "SERVER_PORT must be a port, --urls one address like http://*:6080.")]
    public string FrontDoorUrl { get; set; } = "http://*:6080";

    /// <summary>The simulated OpenVidu Meet's address (<c>Simulator:Url</c>). <c>http://*:9080</c> by default.</summary>
    [RegularExpression(Address, ErrorMessage = "Simulator:Url must be an address like http://*:9080.")]
    public string SimulatorUrl { get; set; } = "http://*:9080";

    /// <summary>The address of a replica, counted from 0.</summary>
    internal string FrontDoorUrlOf(int replica)
    {
        var first = BindingAddress.Parse(FrontDoorUrl);
        var port = first.Port == 0 ? 0 : first.Port + replica;
        return $"{first.Scheme}://{first.Host}:{port}";
    }
}
