namespace MeetWebhooks.Simulator;

/// <summary>An OpenVidu Meet that needs no Docker.</summary>
public static class SimulatorApplication
{
    /// <summary>Adds what the simulator needs.</summary>
    /// <param name="builder">The application.</param>
    public static WebApplicationBuilder AddSimulator(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHealthChecks();
        return builder;
    }

    /// <summary>Maps the simulator's routes.</summary>
    /// <param name="app">The application.</param>
    public static WebApplication MapSimulator(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapHealthChecks("/health");
        return app;
    }
}
