using System.Text.Json;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using StackExchange.Redis;

namespace DaxProxy.Group;

/// <summary>The numbers of attribute lists, as the members of a group have agreed on them: each a key that is never changed.</summary>
/// <param name="aside">How Redis is asked.</param>
/// <param name="prefix">What keys begin with.</param>
internal sealed class RedisLists(RedisAside aside, string prefix) : ISharedLists
{
    /// <summary>Of more it is not remembered that they were agreed on.</summary>
    private const int MostAgreed = 100_000;

    private readonly Lock gate = new();
    private readonly HashSet<int> agreed = [];

    /// <inheritdoc/>
    public ValueTask<AttributeNames?> ClaimAsync(int id, AttributeNames names)
    {
        lock (gate)
        {
            if (agreed.Contains(id))
            {
                return new(names);
            }
        }

        return new(AgreeAsync(id, names));
    }

    /// <inheritdoc/>
    public async ValueTask<AttributeNames?> FindAsync(int id)
    {
        try
        {
            return Read(await aside.AskAsync(redis => redis.GetAsideAsync(KeyOf(id))).ConfigureAwait(false));
        }
        catch (Exception)
        {
            return null;
        }
    }

    private async Task<AttributeNames?> AgreeAsync(int id, AttributeNames names)
    {
        AttributeNames? told;
        try
        {
            RedisValue text = JsonSerializer.SerializeToUtf8Bytes([.. names], GroupJson.Default.StringArray);
            RedisResult? answer = await aside.AskAsync(redis => redis.RunAsideAsync(RedisScripts.Claim, [KeyOf(id)], [text]))
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
                if (agreed.Count >= MostAgreed)
                {
                    agreed.Clear();
                }

                agreed.Add(id);
            }
        }

        return told;
    }

    private RedisKey KeyOf(int id) => prefix + id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static AttributeNames? Read(RedisValue text) =>
        text.IsNull || JsonSerializer.Deserialize(((ReadOnlyMemory<byte>)text).Span, GroupJson.Default.StringArray) is not { } names
            || names.Any(string.IsNullOrEmpty) ? null : new AttributeNames(names);
}
