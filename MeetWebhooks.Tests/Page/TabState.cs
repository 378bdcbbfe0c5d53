using Microsoft.Playwright;

namespace MeetWebhooks.Tests.Page;

/// <summary>Lets a test hide a tab and move its clock, and records what a tab says of itself.</summary>
internal static class TabState
{
    /// <summary>Prepares all pages that a person opens from now on.</summary>
    public static Task AddTo(IBrowserContext person) => person.AddInitScriptAsync(
        """
        const realNow = Date.now;
        let ahead = 0;
        Date.now = () => realNow() + ahead;
        window.moveClock = milliseconds => { ahead += milliseconds; };

        let isHidden = false;
        Object.defineProperty(document, 'hidden', { get: () => isHidden });
        Object.defineProperty(document, 'visibilityState', { get: () => isHidden ? 'hidden' : 'visible' });
        window.hide = value => {
          isHidden = value;
          document.dispatchEvent(new Event('visibilitychange'));
        };
        """);

    /// <summary>Sets a page's clock forward, or back.</summary>
    public static Task MoveClockAsync(IPage page, TimeSpan by) =>
        page.EvaluateAsync("by => window.moveClock(by)", by.TotalMilliseconds);

    /// <summary>Hides a tab, or shows it again.</summary>
    public static Task HideAsync(IPage page, bool isHidden) =>
        page.EvaluateAsync("isHidden => window.hide(isHidden)", isHidden);

    /// <summary>Records from now on how up to date the page says it is, when that changes.</summary>
    public static Task RecordAsync(IPage page) => page.EvaluateAsync(
        """
        () => {
          window.states = [];
          const box = document.getElementById('connection');
          new MutationObserver(() => {
            if (box.dataset.state !== 'current') window.states.push(box.dataset.state);
          }).observe(box, { attributes: true, attributeFilter: ['data-state'] });
        }
        """);

    /// <summary>What was recorded other than that it was up to date.</summary>
    public static Task<string[]> RecordedAsync(IPage page) => page.EvaluateAsync<string[]>("window.states");
}
