using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeetWebhooks.Mirror;

/// <summary>Writes and reads states as a snapshot contains them.</summary>
public static class MirrorSnapshot
{
    /// <summary>A state as compressed JSON.</summary>
    /// <param name="state">The state.</param>
    public static byte[] Serialize(MirrorState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        using var output = new MemoryStream();
        using (var compression = new BrotliStream(output, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(
                compression,
                new SnapshotJson(
                    state.IsComplete,
                    ItemsOf(state.Rooms),
                    ItemsOf(state.Recordings),
                    [.. state.Removed.Select(removal => new SnapshotRemoval(
                        removal.Key, removal.Value.At.ToUnixTimeMilliseconds(), removal.Value.Date, removal.Value.IsFound))]),
                SnapshotsJson.Default.SnapshotJson);
        }

        return output.ToArray();
    }

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <param name="serialized">The bytes.</param>
    /// <exception cref="InvalidDataException">The bytes are something else.</exception>
    public static MirrorState Deserialize(byte[] serialized)
    {
        try
        {
            using var input = new MemoryStream(serialized);
            using var compression = new BrotliStream(input, CompressionMode.Decompress);
            var json = JsonSerializer.Deserialize(compression, SnapshotsJson.Default.SnapshotJson)
                ?? throw new InvalidDataException("A snapshot of the mirror is empty.");
            return new MirrorState(
                ItemsOf(json.Rooms, ItemKind.Room),
                ItemsOf(json.Recordings, ItemKind.Recording),
                json.Removed.ToImmutableDictionary(
                    removal => removal.Id,
                    removal => new Removal(
                        DateTimeOffset.FromUnixTimeMilliseconds(removal.At), removal.Date, removal.IsFound),
                    StringComparer.Ordinal),
                json.IsComplete);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException("A snapshot of the mirror cannot be read.", exception);
        }
    }

    private static SnapshotItem[] ItemsOf(ImmutableDictionary<string, MirrorItem> items) =>
        [.. items.Values.Select(item => new SnapshotItem(item.Item, item.Date))];

    private static ImmutableDictionary<string, MirrorItem> ItemsOf(SnapshotItem[] items, ItemKind kind) =>
        items.ToImmutableDictionary(
            item => item.Item.Text(kind.IdField())!, item => new MirrorItem(item.Item, item.Date), StringComparer.Ordinal);
}

/// <summary>A state as JSON.</summary>
internal sealed record SnapshotJson(
    bool IsComplete,
    SnapshotItem[] Rooms,
    SnapshotItem[] Recordings,
    SnapshotRemoval[] Removed);

/// <summary>An item as JSON.</summary>
internal readonly record struct SnapshotItem(MeetItem Item, double? Date);

/// <summary>A removal as JSON.</summary>
internal readonly record struct SnapshotRemoval(string Id, long At, double? Date, bool IsFound);

/// <summary>Reads and writes snapshots.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 128)]
[JsonSerializable(typeof(SnapshotJson))]
internal sealed partial class SnapshotsJson : JsonSerializerContext;
