using System.Globalization;
using System.Text;
using System.Text.Json;
using MeetWebhooks.Mirror;

namespace MeetWebhooks.Tests.Mirror.Simulation;

/// <summary>How OpenVidu Meet answers requests.</summary>
internal enum MeetHealth
{
    /// <summary>Within a twentieth of a second.</summary>
    Well,

    /// <summary>Within seconds.</summary>
    Slow,

    /// <summary>Not at all: a request is given up after 5 s.</summary>
    Hangs,

    /// <summary>The connection is refused.</summary>
    Away,
}

/// <summary>
/// An OpenVidu Meet whose meetings a test directs. As the real one does, it sends a webhook beside the write to its database,
/// so lists can lag behind webhooks by seconds; a webhook that is not answered is repeated five times.
/// </summary>
internal sealed class SimulatedMeet(World world)
{
    private static readonly double[] Attempts = [0, 0.3, 0.9, 2.1, 4.5, 9.3];

    private readonly Dictionary<(ItemKind Kind, string Id), Stored> _database = [];
    private readonly Dictionary<string, int> _writes = [];
    private readonly Dictionary<string, TimeSpan> _deleted = [];
    private int _ids;
    private int _deliveries;

    public MeetHealth Health { get; set; }

    /// <summary>How far its clock is ahead.</summary>
    public TimeSpan ClockSkew { get; set; }

    /// <summary>How likely a webhook is never sent.</summary>
    public double Lost { get; set; }

    /// <summary>How likely an attempt to deliver one fails, or its answer is lost.</summary>
    public double Fails { get; set; }

    /// <summary>How many items a page of a list has.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>The longest that a write to the database takes, in seconds.</summary>
    public double LongestWrite { get; set; }

    /// <summary>How many webhooks are still to be delivered, or to be given up.</summary>
    public int Undelivered { get; private set; }

    /// <summary>How many requests for a page of a list were answered.</summary>
    public int PagesRead { get; private set; }

    /// <summary>The longest that a list took.</summary>
    public TimeSpan LongestList { get; private set; }

    /// <summary>Whether a write is on its way to the database, apart from deletions that wait for their meeting.</summary>
    public bool IsWriting => _writes.Keys.Any(id => !_deleted.ContainsKey(id));

    /// <summary>Whether something that Meet said is deleted is still in its lists.</summary>
    public bool IsDeleting => _database.Keys.Any(key => _deleted.ContainsKey(key.Id));

    public IEnumerable<string> Rooms => Ids(ItemKind.Room);

    public IEnumerable<string> Recordings => Ids(ItemKind.Recording);

    public string NewId(string prefix) => $"{prefix}{++_ids}";

    /// <summary>Whether Meet has said, within the last minute and a half, that an item is deleted.</summary>
    public bool WasDeleted(string id) => _deleted.ContainsKey(id);

    public bool IsBusy(string id) => _writes.ContainsKey(id);

    public string? StatusOf(string id) =>
        (_database.GetValueOrDefault((ItemKind.Room, id)) ?? _database.GetValueOrDefault((ItemKind.Recording, id)))?.Status;

    public string? RoomOf(string recording) => _database.GetValueOrDefault((ItemKind.Recording, recording))?.Room;

    /// <summary>Has an item in the database at once, without a webhook, as from Meet's own console.</summary>
    public MeetItem Create(ItemKind kind, string id, string? status = null, string? room = null, bool hasStart = true)
    {
        var item = new Stored(kind, id, status ?? (kind == ItemKind.Room ? "open" : "starting"), room, null, world.Now.TotalSeconds + 1)
        {
            Starts = hasStart ? world.Now.TotalSeconds : null,
        };
        return Store(item).Item;
    }

    /// <summary>Changes a status in the database at once, without a webhook.</summary>
    public void SetStatus(string id, string status) => Update(id, item => item with { Status = status });

    /// <summary>Has a recording start at another time: it moves in the list.</summary>
    public void SetStart(string id, double? start) => Update(id, item => item with { Starts = start });

    /// <summary>Removes an item at once, without a webhook; a room with its recordings.</summary>
    public void Remove(string id)
    {
        world.Log("meet removes", id);
        foreach (var key in _database.Where(stored => stored.Key.Id == id || stored.Value.Room == id).Select(stored => stored.Key).ToList())
            _database.Remove(key);
    }

    public void StartMeeting(string id, double? writeTakes = null, int from = 0) =>
        Change(id, "meetingStarted", "active_meeting", writeTakes, from);

    /// <summary>Has a meeting begin whose webhook somebody else delivers; the database has it 3.5 s later.</summary>
    /// <returns>The webhook.</returns>
    public byte[] BeginMeeting(string id)
    {
        var before = StoredOf(id)!;
        var active = before with { Status = "active_meeting", Version = before.Version + 1 };
        WriteLater(id, TimeSpan.FromSeconds(3.5), () => Store(active));
        return Webhook("meetingStarted", active.Item);
    }

    /// <summary>Ends a meeting; a room that is to be deleted with it is deleted.</summary>
    public void EndMeeting(string id, double? writeTakes = null, double deletionTakes = 0)
    {
        if (_database.GetValueOrDefault((ItemKind.Room, id))?.EndAction == "delete")
            DeleteWithMeeting(id, TimeSpan.FromSeconds(deletionTakes));
        else
            Change(id, "meetingEnded", "open", writeTakes);
    }

    /// <summary>A recording's next status, with its webhook.</summary>
    public void Progress(string id, string status, double? writeTakes = null) => Change(
        id,
        status switch { "starting" => "recordingStarted", "complete" => "recordingEnded", _ => "recordingUpdated" },
        status,
        writeTakes);

    /// <summary>Carries out a command.</summary>
    /// <param name="id">A room.</param>
    /// <param name="afterMeeting">Whether it stays until its meeting ends.</param>
    /// <param name="takes">How long Meet takes after its answer.</param>
    /// <returns>False where there is no such room.</returns>
    public bool Delete(string id, bool afterMeeting, TimeSpan takes)
    {
        if (_database.GetValueOrDefault((ItemKind.Room, id)) is not { } room)
            return false;
        world.Log("meet deletes", $"{id} {(afterMeeting ? "after its meeting" : "")} {takes}");
        if (afterMeeting)
        {
            Update(id, item => item with { EndAction = "delete" });
        }
        else if (room.Status == "active_meeting")
        {
            Update(id, item => item with { EndAction = "delete" });
            DeleteWithMeeting(id, takes);
        }
        else
        {
            Forget(id);
            Remove(id);
        }

        return true;
    }

    /// <summary>Another database takes the place of this one: some items are gone, and others there.</summary>
    public void ComeBackWith(Func<string, bool> isKept, int more)
    {
        world.Log("meet has other rooms");
        foreach (var id in Rooms.Where(id => !isKept(id)).ToList())
            Remove(id);
        for (var i = 0; i < more; i++)
            Create(ItemKind.Room, NewId("new"));
    }

    /// <summary>A webhook's body.</summary>
    public byte[] Webhook(string name, MeetItem data) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"creationDate":{{(world.Time.GetUtcNow() + ClockSkew).ToUnixTimeMilliseconds()}},"event":"{{name}}","data":{{Encoding.UTF8.GetString(data.Bytes)}}}"""));

    /// <summary>A page of a list in Meet's order: the newest first; recordings without a start last.</summary>
    public IReadOnlyList<MeetItem> Page(ItemKind kind, int offset)
    {
        PagesRead++;
        return [.. _database.Values.Where(item => item.Kind == kind)
            .OrderByDescending(item => kind == ItemKind.Room ? item.Created : item.Starts ?? 0)
            .ThenBy(item => item.Id, StringComparer.Ordinal)
            .Skip(offset).Take(PageSize).Select(item => item.Item)];
    }

    /// <summary>Notes how long a list took.</summary>
    public void Read(TimeSpan list) => LongestList = list > LongestList ? list : LongestList;

    public MeetItem? Find(ItemKind kind, string id) => _database.GetValueOrDefault((kind, id))?.Item;

    /// <summary>How a mirror differs.</summary>
    public IEnumerable<(string Id, string Text)> DifferencesTo(MirrorState state)
    {
        foreach (var kind in new[] { ItemKind.Room, ItemKind.Recording })
        {
            var known = state.Items(kind);
            foreach (var (id, item) in known)
            {
                if (!_database.ContainsKey((kind, id)))
                    yield return (id, $"{id} is gone, not {item.Item.Text("status")}");
            }

            foreach (var stored in _database.Values.Where(item => item.Kind == kind))
            {
                var mirrored = known.GetValueOrDefault(stored.Id)?.Item;
                if (mirrored?.IsSame(stored.Normalized) != true)
                    yield return (stored.Id, $"{stored.Id} is {stored.Status}, not {mirrored?.Text("status") ?? "gone"}");
            }
        }
    }

    /// <summary>Sends a webhook.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="data">The item.</param>
    /// <param name="from">The first attempt that may succeed, 0 to 5.</param>
    public void Send(string name, MeetItem data, int from = 0)
    {
        if (world.Happens(Lost))
        {
            world.Log("webhook lost", name);
            return;
        }

        Undelivered++;
        Attempt(Webhook(name, data), $"d{_deliveries++}", 0, from);
    }

    private void Attempt(byte[] body, string delivery, int attempt, int from)
    {
        if (attempt == Attempts.Length)
        {
            Undelivered--;
            return;
        }

        var wait = Attempts[attempt] - (attempt == 0 ? 0 : Attempts[attempt - 1]);
        world.Schedule(TimeSpan.FromSeconds(wait), () =>
        {
            var apis = world.Apis.Where(api => api.IsRunning).ToList();
            if (attempt < from || apis.Count == 0 || world.Happens(Fails))
            {
                Attempt(body, delivery, attempt + 1, from);
                return;
            }

            // Meet gives up an attempt that is not answered, and repeats it; the first may arrive all the same.
            var answered = false;
            var api = apis[world.Random.Next(apis.Count)];
            api.Keep(async () =>
            {
                try
                {
                    await api.Log.AppendAsync(body, delivery);
                    if (!world.Happens(Fails))
                        answered = true;
                }
                catch (WebhookLogUnavailableException)
                {
                    // It answers 503.
                }
            });
            world.Schedule(TimeSpan.FromSeconds(0.25), () =>
            {
                if (answered)
                    Undelivered--;
                else
                    Attempt(body, delivery, attempt + 1, from);
            });
        });
    }

    private void Change(string id, string name, string status, double? writeTakes, int from = 0)
    {
        var before = StoredOf(id)!;
        var item = before with { Status = status, Version = before.Version + 1 };
        var takes = TimeSpan.FromSeconds(writeTakes ?? (world.Happens(0.4) ? 0 : world.Uniform(0, LongestWrite)));
        world.Log($"meet {name}", $"{id} written after {takes}");
        Send(name, item.Item, from);
        if (takes == TimeSpan.Zero)
            Store(item);
        else
            WriteLater(id, takes, () => Update(id, stored => stored with { Status = status }));
    }

    private void DeleteWithMeeting(string id, TimeSpan takes)
    {
        Send("meetingEnded", StoredOf(id)!.Item);
        Forget(id);
        WriteLater(id, takes, () => Remove(id));
    }

    private void WriteLater(string id, TimeSpan takes, Action write)
    {
        _writes[id] = _writes.GetValueOrDefault(id) + 1;
        world.Schedule(takes, () =>
        {
            if (--_writes[id] == 0)
                _writes.Remove(id);
            write();
        });
    }

    /// <summary>Notes that Meet has said that a room is deleted, and with it its recordings.</summary>
    private void Forget(string id)
    {
        foreach (var deleted in _database.Values.Where(item => item.Room == id).Select(item => item.Id).Append(id))
        {
            _deleted[deleted] = world.Now;
            world.Schedule(TimeSpan.FromSeconds(90), () => _deleted.Remove(deleted));
        }
    }

    private IEnumerable<string> Ids(ItemKind kind) =>
        _database.Keys.Where(key => key.Kind == kind).Select(key => key.Id);

    private Stored? StoredOf(string id) =>
        _database.GetValueOrDefault((ItemKind.Room, id)) ?? _database.GetValueOrDefault((ItemKind.Recording, id));

    private void Update(string id, Func<Stored, Stored> change)
    {
        if (StoredOf(id) is { } item)
            Store(change(item) with { Version = item.Version + 1 });
    }

    private Stored Store(Stored item)
    {
        world.Log("meet stores", $"{item.Id} {item.Status}");
        return _database[(item.Kind, item.Id)] = item;
    }

    /// <summary>An item in Meet's database.</summary>
    private sealed record Stored(ItemKind Kind, string Id, string Status, string? Room, string? EndAction, double Created)
    {
        /// <summary>How often it was changed: what tells which of two states is the newer one.</summary>
        public int Version { get; init; } = 1;

        private MeetItem? _item;
        private MeetItem? _normalized;

        public double? Starts { get; init; }

        public MeetItem Item => _item ??= new MeetItem(JsonElement.Parse(ToJson()));

        public MeetItem Normalized => _normalized ??= MirrorItem.Normalize(Item);

        // What was made of the other one is not copied.
        private Stored(Stored other) => (Kind, Id, Status, Room, EndAction, Created, Starts, Version) =
            (other.Kind, other.Id, other.Status, other.Room, other.EndAction, other.Created, other.Starts, other.Version);

        private string ToJson() => Kind == ItemKind.Room
            ? $$"""{"roomId":"{{Id}}","status":"{{Status}}","meetingEndAction":"{{EndAction ?? "none"}}","version":{{Version}}}"""
            : Starts is { } start
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{"recordingId":"{{Id}}","roomId":"{{Room}}","status":"{{Status}}","startDate":{{start}},"version":{{Version}}}""")
                : $$"""{"recordingId":"{{Id}}","roomId":"{{Room}}","status":"{{Status}}","version":{{Version}}}""";
    }
}
