using System.Text.Json;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using StackExchange.Redis;

namespace DaxProxy.Group;

/// <summary>The numbers of attribute lists, as the members of a group have agreed on them: each a key that is never changed.</summary>
/// <param name="prefix">What keys begin with.</param>
/// <param name="time">The clock.</param>
internal sealed class RedisLists(string prefix, TimeProvider time) : ISharedLists
{
    /// <summary>
    /// How long a list is waited for. Where it is not found, the client is told that there is none. So Redis is asked even after other
    /// questions have failed, and is given more time than where an answer is not needed.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Of lists that take more bytes than this it is not remembered that they were agreed on.</summary>
    private const long MostBytes = 16 << 20;

    private readonly Lock gate = new();
    private readonly Dictionary<int, AttributeNames> agreed = [];
    private readonly RedisAside claims = new(time);
    private volatile RedisConnection? connection;
    private long bytes;

    /// <summary>From now on this connection is asked. The server may have lost what was agreed on.</summary>
    public void Begin(RedisConnection opened)
    {
        lock (gate)
        {
            connection = opened;
            Forget();
        }

        claims.Begin(opened);
    }

    /// <summary>From now on none is.</summary>
    public void End()
    {
        claims.End();
        connection = null;
    }

    /// <inheritdoc/>
    public ValueTask<AttributeNames?> ClaimAsync(int id, AttributeNames names)
    {
        lock (gate)
        {
            if (agreed.TryGetValue(id, out AttributeNames? known) && known.Equals(names))
            {
                return new(names);
            }
        }

        return new(AgreeAsync(id, names));
    }

    /// <inheritdoc/>
    public async ValueTask<AttributeNames?> FindAsync(int id)
    {
        if (connection is not { } redis)
        {
            return null;
        }

        try
        {
            return Read(await redis.GetAsideAsync(KeyOf(id)).WaitAsync(Patience, time).ConfigureAwait(false));
        }
        catch (Exception)
        {
            return null;
        }
    }

    private async Task<AttributeNames?> AgreeAsync(int id, AttributeNames names)
    {
        RedisConnection? asked = connection;
        AttributeNames? told;
        try
        {
            RedisValue text = JsonSerializer.SerializeToUtf8Bytes([.. names], GroupJson.Default.StringArray);
            RedisResult? answer = await claims.AskAsync(redis => redis.RunAsideAsync(RedisScripts.Claim, [KeyOf(id)], [text]))
                .ConfigureAwait(false);
            told = answer is null ? null : Read((RedisValue)answer);
        }
        catch (Exception)
        {
            return null;
        }

        if (told?.Equals(names) == true)
        {
            lock (gate)
            {
                // What another server said is not known of this one.
                if (connection == asked && agreed.TryAdd(id, names) && (bytes += SizeOf(names)) > MostBytes)
                {
                    Forget();
                }
            }
        }

        return told;
    }

    private void Forget()
    {
        agreed.Clear();
        bytes = 0;
    }

    /// <summary>About what a list takes in memory.</summary>
    private static long SizeOf(AttributeNames names) => 100 + names.Sum(name => 30L + (2 * name.Length));

    private RedisKey KeyOf(int id) => prefix + id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static AttributeNames? Read(RedisValue text) =>
        text.IsNull || JsonSerializer.Deserialize(((ReadOnlyMemory<byte>)text).Span, GroupJson.Default.StringArray) is not { } names
            || names.Any(string.IsNullOrEmpty) ? null : new AttributeNames(names);
}
