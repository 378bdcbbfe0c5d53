namespace MeetWebhooks.Tests.Faults;

/// <summary>A Redis Cluster of three nodes without replicas, each with a third of the slots.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16384;

    private readonly List<RedisServer> _nodes = [];

    public string ConnectionString => string.Join(',', _nodes.Select(node => node.ConnectionString));

    public IReadOnlyList<RedisServer> Nodes => _nodes;

    public static async Task<RedisCluster> StartAsync()
    {
        var cluster = new RedisCluster();
        var busPorts = Enumerable.Range(0, 3).Select(_ => ServerProcess.FreePort()).ToList();
        foreach (var busPort in busPorts)
            cluster._nodes.Add(await RedisServer.StartAsync("--cluster-enabled yes", $"--cluster-port {busPort}"));

        for (var n = 0; n < 3; n++)
        {
            var node = cluster._nodes[n];
            await node.ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", Slots * n / 3, (Slots * (n + 1) / 3) - 1);
            await node.ExecuteAsync("CLUSTER", "SET-CONFIG-EPOCH", n + 1);
            await cluster._nodes[0].ExecuteAsync("CLUSTER", "MEET", "127.0.0.1", node.Port, busPorts[n]);
        }

        foreach (var node in cluster._nodes)
        {
            await Eventually.TrueAsync(async () => ((string?)await node.ExecuteAsync("CLUSTER", "INFO"))!
                .Contains("cluster_state:ok", StringComparison.Ordinal));
        }

        return cluster;
    }

    /// <summary>The node that has a key.</summary>
    public async Task<RedisServer> OwnerAsync(string key) => _nodes[await SlotAsync(key) * 3 / Slots];

    /// <summary>Moves a key's slot to another node, up to the last step: the old node still owns it.</summary>
    /// <returns>The last step.</returns>
    public async Task<Func<Task>> MoveSlotAsync(string key)
    {
        var slot = await SlotAsync(key);
        var source = await OwnerAsync(key);
        var target = _nodes.First(node => node != source);
        var sourceId = (string)(await source.ExecuteAsync("CLUSTER", "MYID"))!;
        var targetId = (string)(await target.ExecuteAsync("CLUSTER", "MYID"))!;

        await target.ExecuteAsync("CLUSTER", "SETSLOT", slot, "IMPORTING", sourceId);
        await source.ExecuteAsync("CLUSTER", "SETSLOT", slot, "MIGRATING", targetId);
        var keys = (string[])(await source.ExecuteAsync("CLUSTER", "GETKEYSINSLOT", slot, 1000))!;
        await source.ExecuteAsync("MIGRATE", ["127.0.0.1", target.Port, "", 0, 5000, "KEYS", .. keys]);
        return async () =>
        {
            foreach (var node in (RedisServer[])[target, source])
                await node.ExecuteAsync("CLUSTER", "SETSLOT", slot, "NODE", targetId);
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }

    private async Task<int> SlotAsync(string key) => (int)await _nodes[0].ExecuteAsync("CLUSTER", "KEYSLOT", key);
}
