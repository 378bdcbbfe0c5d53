using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace MeetWebhooks.Tests.Page;

/// <summary>A real browser and the application with two replicas, for all tests of the page.</summary>
[CollectionDefinition(nameof(PageFixture))]
public sealed class PageFixture : IAsyncLifetime, ICollectionFixture<PageFixture>
{
    // Chromium as Debian, Ubuntu and others call it.
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly List<IBrowserContext> _people = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private MeetWebhooksApplication? _application;

    /// <summary>The application.</summary>
    public MeetWebhooksApplication Application => _application!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (InstalledProgram.Find(Names) is not { } chromium)
            return;
        Assertions.SetDefaultExpectTimeout((float)Eventually.Limit.TotalMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
        _application = await MeetWebhooksApplication.StartAsync(
            replicas: 2, settings: [("Simulator:RecordingDelay", "00:00:00.2"), MeetWebhooksApplication.WithLists]);
    }

    /// <summary>Opens a page as a person of their own would.</summary>
    /// <param name="address">For example <c>/</c>.</param>
    /// <param name="replica">On which replica.</param>
    /// <param name="scheme">Light or dark.</param>
    /// <param name="isPhone">On a phone's screen.</param>
    public async Task<IPage> OpenAsync(
        string address, int replica = 0, ColorScheme scheme = ColorScheme.Light, bool isPhone = false)
    {
        var context = await NewPersonAsync(scheme, isPhone);
        return await OpenAsync(context, address, replica);
    }

    /// <summary>A browser's profile.</summary>
    public async Task<IBrowserContext> NewPersonAsync(
        ColorScheme scheme = ColorScheme.Light, bool isPhone = false)
    {
        if (_browser is null)
            Assert.Skip($"No browser: none of {string.Join(", ", Names)} is on the PATH.");
        var person = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            Locale = "en-GB",
            // Proxies in front of the application have certificates of their own making.
            IgnoreHTTPSErrors = true,
            ViewportSize = isPhone
                ? new ViewportSize { Width = 390, Height = 844 }
                : new ViewportSize { Width = 1240, Height = 820 },
        });
        _people.Add(person);
        return person;
    }

    /// <summary>Closes all that was opened: what stays open would go on living beside the next test.</summary>
    public async Task CloseAsync()
    {
        foreach (var person in _people)
            await person.CloseAsync();
        _people.Clear();
    }

    /// <summary>Opens another tab, and waits until it is up to date.</summary>
    public Task<IPage> OpenAsync(IBrowserContext context, string address, int replica = 0) =>
        // Test hosts are reached by name, as the page and OpenVidu Meet must be of one site.
        OpenAsync(context, new Uri($"http://127.0.0.1:{Application.FrontDoors[replica].BaseAddress!.Port}{address}"));

    /// <summary>Opens the page of any application in another tab, and waits until it is up to date.</summary>
    public static async Task<IPage> OpenAsync(IBrowserContext context, Uri address)
    {
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout((float)Eventually.Limit.TotalMilliseconds);
        await page.GotoAsync(address.ToString());
        await Assertions.Expect(page.Locator("#connection")).ToHaveAttributeAsync("data-state", "current");
        return page;
    }

    /// <summary>Keeps a picture of a page where a person can look at it.</summary>
    public static async Task KeepPictureAsync(IPage page, string name, [CallerFilePath] string here = "")
    {
        var folder = Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png") });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_application is not null)
            await _application.DisposeAsync();
    }
}
