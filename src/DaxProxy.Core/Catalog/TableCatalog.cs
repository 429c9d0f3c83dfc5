using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Catalog;

/// <summary>What is known of tables by name: learnt from DescribeTable on first use, kept until the table may have changed.</summary>
/// <remarks>
/// Thread-safe. Look-ups take no lock; every change does (<c>gate</c>, a leaf: nothing is called under it). A table is known only while it
/// is ACTIVE or UPDATING; any other answer is remembered for <see cref="AbsentFor"/>, so that requests for a table that is not there do
/// not ask twice each. Where another writer may change tables, a description older than a given age is fetched again. That happens in the
/// background, as most often nothing has changed. Then the object stays, and so does everything cached with it.
/// <code>
/// field      read by            written under gate by
/// known      any thread         learning, Forget, Renew
/// learning   gate               GetAsync; Forget takes the running description away
/// absent     gate               learning; Forget
/// doubtful   gate               Suspend
/// held       gate               Hold, Release
/// versions   gate               Forget; a description installs its table only if its stripe is as it was
/// freshness  gate               learning; only grows
/// </code>
/// </remarks>
public sealed class TableCatalog
{
    /// <summary>Most tables that are known at once; others are not cached.</summary>
    public const int MaxTables = 10_000;

    private const int VersionStripes = 1024;
    private const int MaxNameBytes = 255;
    private static readonly TimeSpan AbsentFor = TimeSpan.FromSeconds(1);

    private readonly IDynamoBackend backend;
    private readonly TimeProvider time;
    private readonly Func<string, TableCacheSettings> settingsOf;
    private readonly TimeSpan? maxAge;
    private readonly ConcurrentDictionary<string, CatalogTable> known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CatalogTable>.AlternateLookup<ReadOnlySpan<char>> knownBySpan;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Task<CatalogTable?>> learning = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> absent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> doubtful = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ServingGate> freshness = new(StringComparer.Ordinal);
    private readonly long[] versions = new long[VersionStripes];
    private DateTimeOffset allDoubtfulUntil;
    private int allHeld;
    private long lastNumber;

    /// <summary>An empty catalog.</summary>
    /// <param name="backend">Who is asked to describe tables.</param>
    /// <param name="time">The clock.</param>
    /// <param name="settingsOf">The settings of a table, by its name; asked once each time a table is learnt.</param>
    /// <param name="maxAge">How old a description may become before it is asked for again; null for any age. At least one tick.</param>
    public TableCatalog(
        IDynamoBackend backend, TimeProvider time, Func<string, TableCacheSettings> settingsOf, TimeSpan? maxAge = null)
    {
        this.backend = backend;
        this.maxAge = maxAge;
        this.time = time;
        this.settingsOf = settingsOf;
        Gate = new ServingGate(time);
        knownBySpan = known.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>While it is closed no table is known to reads, so that they pass by.</summary>
    public ServingGate Gate { get; }

    /// <summary>
    /// Told of each table whose stream is to be followed (<see cref="TableCacheSettings.MaxStreamLag"/>), each time that it is learnt. Must
    /// neither throw nor wait. Nothing of the table is answered until its <see cref="CatalogTable.Freshness"/> is opened.
    /// </summary>
    public Action<CatalogTable>? OnFollowed { get; set; }

    /// <summary>Whether tables are held (<see cref="Hold"/>).</summary>
    public bool IsHolding
    {
        get
        {
            lock (gate)
            {
                return allHeld > 0 || held.Count > 0;
            }
        }
    }

    /// <summary>The tables known now, in no order.</summary>
    public IEnumerable<CatalogTable> Tables => known.Select(pair => pair.Value);

    /// <summary>The table name inside an ARN of a table or its parts; any other text as it is.</summary>
    public static string PlainName(string tableNameOrArn)
    {
        const string Resource = ":table/";
        int at = TableNames.IsArn(tableNameOrArn) ? tableNameOrArn.IndexOf(Resource, StringComparison.Ordinal) : -1;
        return at < 0 ? tableNameOrArn : tableNameOrArn[(at + Resource.Length)..].Split('/')[0];
    }

    /// <summary>The table, if it is known already.</summary>
    public bool TryGet(string tableName, [NotNullWhen(true)] out CatalogTable? table)
    {
        table = null;
        return Gate.IsOpen && known.TryGetValue(tableName, out table);
    }

    /// <summary>The table, if it was known already, whether the caches may answer or not: for what makes them right.</summary>
    internal bool TryGetBehindGate(string tableName, [NotNullWhen(true)] out CatalogTable? table) =>
        known.TryGetValue(tableName, out table);

    /// <summary>The table by its name in UTF-8, if it is known already; does not allocate.</summary>
    public bool TryGet(ReadOnlySpan<byte> utf8Name, [NotNullWhen(true)] out CatalogTable? table)
    {
        table = null;
        Span<char> name = stackalloc char[MaxNameBytes];
        return utf8Name.Length <= MaxNameBytes
            && Gate.IsOpen
            && Ascii.ToUtf16(utf8Name, name, out int length) == System.Buffers.OperationStatus.Done
            && knownBySpan.TryGetValue(name[..length], out table);
    }

    /// <summary>The table; learnt now if need be. Null when there is none that may be cached.</summary>
    public ValueTask<CatalogTable?> GetAsync(string tableName, CancellationToken cancellationToken)
    {
        if (!Gate.IsOpen)
        {
            return default;
        }

        if (known.TryGetValue(tableName, out CatalogTable? table))
        {
            if (maxAge is { } age && table.TryClaimRefresh(time.GetUtcNow(), age))
            {
                _ = RefreshAsync(table);
            }

            return new(table);
        }

        Task<CatalogTable?>? description = Learn(tableName);
        return description is null ? default : new(description.WaitAsync(cancellationToken));
    }

    /// <summary>Forgets a table: the next use describes it again, and nothing cached of it is reached any more.</summary>
    public void Forget(string tableName)
    {
        lock (gate)
        {
            ForgetLocked(tableName);
        }
    }

    /// <summary>
    /// Forgets a table and does not learn it again for a while: something of unknown outcome may still happen to it or to its items.
    /// </summary>
    public void Suspend(string tableName, TimeSpan duration)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
        {
            ForgetLocked(tableName);
            if (doubtful.ContainsKey(tableName) || HasRoom(doubtful, now))
            {
                doubtful[tableName] = now + duration;
            }
            else
            {
                SuspendAllUntil(now + duration);
            }
        }
    }

    /// <summary>Forgets everything, and learns no table for a while.</summary>
    public void SuspendAll(TimeSpan duration)
    {
        lock (gate)
        {
            SuspendAllUntil(time.GetUtcNow() + duration);
            ForgetAllLocked();
        }
    }

    /// <summary>
    /// Forgets a table and does not learn it again before <see cref="Release"/> was called as often as this: something goes on changing its
    /// items.
    /// </summary>
    public void Hold(string tableName)
    {
        lock (gate)
        {
            held[tableName] = held.GetValueOrDefault(tableName) + 1;
            ForgetLocked(tableName);
        }
    }

    /// <summary>Ends one <see cref="Hold"/>.</summary>
    public void Release(string tableName)
    {
        lock (gate)
        {
            if (--held[tableName] == 0)
            {
                held.Remove(tableName);
            }
        }
    }

    /// <summary><see cref="Hold"/> for all tables there are or may be.</summary>
    public void HoldAll()
    {
        lock (gate)
        {
            allHeld++;
            ForgetAllLocked();
        }
    }

    /// <summary>Ends one <see cref="HoldAll"/>.</summary>
    public void ReleaseAll()
    {
        lock (gate)
        {
            allHeld--;
        }
    }

    /// <summary>Makes everything cached of a table unreachable, without describing it again. False if it was not known.</summary>
    public bool Renew(string tableName)
    {
        lock (gate)
        {
            if (!known.TryGetValue(tableName, out CatalogTable? table))
            {
                return false;
            }

            Replace(tableName, table);
            return true;
        }
    }

    /// <summary><see cref="Renew"/> for all tables.</summary>
    public void RenewAll()
    {
        lock (gate)
        {
            foreach ((string name, CatalogTable table) in known)
            {
                Replace(name, table);
            }
        }
    }

    /// <summary>The description under way, or a new one; null when the table is known not to be usable now.</summary>
    private Task<CatalogTable?>? Learn(string tableName)
    {
        DateTimeOffset now = time.GetUtcNow();
        TaskCompletionSource<CatalogTable?> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long version;
        lock (gate)
        {
            if (known.TryGetValue(tableName, out CatalogTable? table))
            {
                return Task.FromResult<CatalogTable?>(table);
            }

            if (now < allDoubtfulUntil || allHeld > 0 || held.ContainsKey(tableName)
                || Holds(doubtful, tableName, now) || Holds(absent, tableName, now))
            {
                return null;
            }

            if (learning.TryGetValue(tableName, out Task<CatalogTable?>? running))
            {
                return running;
            }

            learning.Add(tableName, result.Task);
            version = VersionOf(tableName);
        }

        _ = DescribeAsync(tableName, version, result);
        return result.Task;
    }

    /// <summary>Never fails and is never cancelled: it is shared by all who wait, and they can do without its answer.</summary>
    private async Task DescribeAsync(string tableName, long version, TaskCompletionSource<CatalogTable?> result)
    {
        CatalogTable? table = null;
        try
        {
            Reply reply = await backend.ExecuteAsync(new DescribeTable { TableName = tableName }, CancellationToken.None)
                .ConfigureAwait(false);
            table = Install(tableName, version, reply);
            if (table?.Freshness is not null)
            {
                OnFollowed?.Invoke(table);
            }
        }
        catch (Exception)
        {
            // The operation that wanted to know is forwarded and meets the same trouble, with a caller to tell it to.
        }
        finally
        {
            lock (gate)
            {
                if (learning.TryGetValue(tableName, out Task<CatalogTable?>? running) && running == result.Task)
                {
                    learning.Remove(tableName);
                }
            }

            result.SetResult(table);
        }
    }

    /// <summary>Never fails. Callers that need the table go on with what is known.</summary>
    private async Task RefreshAsync(CatalogTable table)
    {
        string name = table.Info.TableName;
        try
        {
            Reply reply = await backend.ExecuteAsync(new DescribeTable { TableName = name }, CancellationToken.None).ConfigureAwait(false);
            bool isGone = reply is ErrorReply { Error.Name: "ResourceNotFoundException" };
            bool isOther = reply is TableReply described
                && (described.Table.TableStatus is not ("ACTIVE" or "UPDATING")
                    || !TableInfo.Of(described.Table).SaysTheSameAs(table.Info));
            lock (gate)
            {
                if ((isGone || isOther) && known.TryGetValue(name, out CatalogTable? current) && current.Info == table.Info)
                {
                    ForgetLocked(name);
                }
            }
        }
        catch (Exception)
        {
            // Nothing was learnt; it is asked for again when the age is reached once more.
        }
    }

    private CatalogTable? Install(string tableName, long version, Reply reply)
    {
        TableInfo? info = reply is TableReply { Table.TableStatus: "ACTIVE" or "UPDATING" } described
            && described.Table.TableName == tableName
            ? TableInfo.Of(described.Table)
            : null;
        TableCacheSettings? settings = info is null ? null : settingsOf(tableName);
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
        {
            if (VersionOf(tableName) != version)
            {
                return null;
            }

            if (info is not null && known.Count < MaxTables)
            {
                return known[tableName] = Make(info, settings!, new TableCounters());
            }

            // A table that is not there may be forgotten about at any time; it only saves a question.
            if (!HasRoom(absent, now))
            {
                absent.Clear();
            }

            absent[tableName] = now + AbsentFor;
            return null;
        }
    }

    /// <summary>A shorter suspension does not end a longer one.</summary>
    private void SuspendAllUntil(DateTimeOffset end) => allDoubtfulUntil = end > allDoubtfulUntil ? end : allDoubtfulUntil;

    private void ForgetAllLocked()
    {
        foreach ((string name, _) in known)
        {
            Retire(name);
        }

        for (int stripe = 0; stripe < versions.Length; stripe++)
        {
            versions[stripe]++;
        }

        learning.Clear();
    }

    private void ForgetLocked(string tableName)
    {
        VersionOf(tableName)++;
        Retire(tableName);
        learning.Remove(tableName);
        absent.Remove(tableName);
    }

    private void Retire(string tableName)
    {
        if (known.TryRemove(tableName, out CatalogTable? table))
        {
            table.Retire();
        }
    }

    private void Replace(string tableName, CatalogTable table)
    {
        known[tableName] = Make(table.Info, table.Settings, table.Counters);
        table.Retire();
    }

    private CatalogTable Make(TableInfo info, TableCacheSettings settings, TableCounters counters) =>
        new(info, settings, counters, ++lastNumber, settings.MaxStreamLag is null ? null : FreshnessOf(info.TableName))
        {
            FreshUntilTicks = (time.GetUtcNow() + (maxAge ?? TimeSpan.Zero)).UtcTicks,
        };

    /// <summary>One for each name, and it outlives the table: the code that opens it need not know of changes.</summary>
    private ServingGate FreshnessOf(string tableName)
    {
        if (!freshness.TryGetValue(tableName, out ServingGate? gate))
        {
            freshness[tableName] = gate = new ServingGate(time);
            gate.Close();
        }

        return gate;
    }

    private ref long VersionOf(string tableName) =>
        ref versions[(uint)tableName.GetHashCode(StringComparison.Ordinal) % VersionStripes];

    private static bool Holds(Dictionary<string, DateTimeOffset> until, string tableName, DateTimeOffset now)
    {
        if (!until.TryGetValue(tableName, out DateTimeOffset end))
        {
            return false;
        }

        return now < end || !until.Remove(tableName);
    }

    private static bool HasRoom(Dictionary<string, DateTimeOffset> until, DateTimeOffset now)
    {
        if (until.Count >= MaxTables)
        {
            foreach ((string name, _) in until.Where(pair => pair.Value <= now).ToList())
            {
                until.Remove(name);
            }
        }

        return until.Count < MaxTables;
    }
}
