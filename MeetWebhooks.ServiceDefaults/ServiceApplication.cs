using Microsoft.AspNetCore.Builder;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>Creates the builder of a service.</summary>
public static class ServiceApplication
{
    /// <summary>
    /// Creates a builder with the defaults of ASP.NET Core, except that settings are read once: watching files for
    /// changes takes an inotify instance, and, where the working directory is <c>/</c>, a watch for each directory of
    /// the machine. The service's files are those beside its program, wherever it is started.
    /// </summary>
    /// <param name="args">The command line, which overrides all other settings.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args) =>
        WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
            ContentRootPath = AppContext.BaseDirectory,
        });
}
