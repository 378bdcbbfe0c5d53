using MeetWebhooks.Api.Meet;

namespace MeetWebhooks.Api.Reconciliation;

/// <summary>What the reconciliation reads from OpenVidu Meet.</summary>
internal interface IMeetReader
{
    /// <summary>All items of a kind, from all pages, in Meet's order.</summary>
    /// <exception cref="MeetException">Meet refused or failed, or what answers is not Meet.</exception>
    Task<IReadOnlyList<MeetItem>> ListAsync(ItemKind kind, CancellationToken cancellationToken);

    /// <summary>An item, or null where Meet itself says that there is none.</summary>
    /// <exception cref="MeetException">Meet refused or failed, or what answers is not Meet.</exception>
    Task<MeetItem?> FindAsync(ItemKind kind, string id, CancellationToken cancellationToken);
}
