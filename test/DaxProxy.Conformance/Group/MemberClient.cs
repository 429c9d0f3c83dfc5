using System.Collections.Concurrent;
using System.Formats.Cbor;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DaxProxy.Conformance.Dax;

namespace DaxProxy.Conformance.Group;

/// <summary>
/// A client of one member of a group by both protocols, of the table that <see cref="GroupRig"/> makes. Any number of callers at once.
/// </summary>
internal sealed class MemberClient(ServerProcess process) : IDisposable
{
    /// <summary>An item's attributes besides its key, in the order of their names.</summary>
    private static readonly string[] Names = ["g", "v"];

    private readonly Wire wire = new(process.EndPoint);
    private readonly ConcurrentBag<(DaxTalk Talk, int List)> idle = [];

    /// <summary>The member.</summary>
    public ServerProcess Process => process;

    /// <summary>Writes a version of an item.</summary>
    /// <exception cref="Exception">It was not acknowledged.</exception>
    public async Task PutAsync(int key, string group, long version, bool isByDax)
    {
        if (!isByDax)
        {
            await SendAsync(
                "PutItem", $"{{'TableName':'Tab','Item':{{'k':{{'S':'{key}'}},'g':{{'S':'{group}'}},'v':{{'N':'{version}'}}}}}}");
            return;
        }

        await TalkAsync(async (talk, list) =>
        {
            await talk.CallAsync(DaxTalk.PutItem, cbor =>
            {
                cbor.WriteByteString("Tab"u8);
                cbor.WriteByteString(Encoding.UTF8.GetBytes($"{key}"));
                cbor.WriteByteString(DaxTalk.Items(values =>
                {
                    values.WriteInt32(list);
                    values.WriteTextString(group);
                    values.WriteInt64(version);
                }));
                cbor.WriteNull();
            });
            return true;
        });
    }

    /// <summary>The version that a GetItem shows, 0 for no item, and whether the cache said that it answered.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isByDax">By which protocol.</param>
    /// <param name="asksForCapacity">
    /// Whether a reader by DAX asks for capacity, without which nothing tells that the cache answered.
    /// </param>
    public async Task<(long Version, bool IsHit)> GetAsync(int key, bool isByDax, bool asksForCapacity)
    {
        if (!isByDax)
        {
            WireReply reply = await SendAsync("GetItem", $"{{'TableName':'Tab','Key':{{'k':{{'S':'{key}'}}}}}}");
            return (VersionIn(reply.Body["Item"]), IsHit(reply));
        }

        return await TalkAsync(async (talk, _) => ReadItem(await talk.CallAsync(DaxTalk.GetItem, cbor =>
        {
            cbor.WriteByteString("Tab"u8);
            cbor.WriteByteString(Encoding.UTF8.GetBytes($"{key}"));
            if (asksForCapacity)
            {
                const int capacity = 3, total = 1;
                cbor.WriteStartMap(null);
                cbor.WriteInt32(capacity);
                cbor.WriteInt32(total);
                cbor.WriteEndMap();
            }
            else
            {
                cbor.WriteNull();
            }
        })));
    }

    /// <summary>
    /// The version of an item in a query of the index, 0 where it is not there, and whether the cache said that it answered.
    /// </summary>
    public async Task<(long Version, bool IsHit)> QueryAsync(int key, string group)
    {
        WireReply reply = await SendAsync(
            "Query",
            $"{{'TableName':'Tab','IndexName':'byG','KeyConditionExpression':'g=:g','ExpressionAttributeValues':{{':g':{{'S':'{group}'}}}}}}");
        return (VersionIn(reply.Body["Items"]!.AsArray().FirstOrDefault(item => (string)item!["k"]!["S"]! == $"{key}")), IsHit(reply));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        wire.Dispose();
        foreach ((DaxTalk talk, _) in idle)
        {
            talk.Dispose();
        }
    }

    private static long VersionIn(JsonNode? item) => item is null ? 0 : long.Parse((string)item["v"]!["N"]!, CultureInfo.InvariantCulture);

    private static bool IsHit(WireReply reply) => reply.CacheStatus?.Contains("; hit", StringComparison.Ordinal) == true;

    private static (long Version, bool IsHit) ReadItem(CborReader answer)
    {
        (long version, bool isHit) = (0, false);
        if (answer.PeekState() == CborReaderState.Null)
        {
            return (version, isHit);
        }

        answer.ReadStartMap();
        while (answer.PeekState() != CborReaderState.EndMap)
        {
            const int item = 0;
            bool isItem = answer.ReadInt32() == item;
            CborReader content = DaxTalk.Read(answer.ReadByteString());

            // Of an item the number of the list of names, then g; of capacity the table.
            content.SkipItems(isItem ? 2 : 1);
            if (isItem)
            {
                version = content.ReadInt64();
            }
            else
            {
                isHit = content.ReadDouble() == 0;
            }
        }

        return (version, isHit);
    }

    private async Task<WireReply> SendAsync(string operation, string json)
    {
        WireReply reply = await wire.SendAsync(operation, json);
        return reply.Status == 200 ? reply : throw new HttpRequestException(reply.Error);
    }

    /// <summary>Uses a connection that no other caller uses; it is used again unless something fails.</summary>
    private async Task<T> TalkAsync<T>(Func<DaxTalk, int, Task<T>> useAsync)
    {
        if (!idle.TryTake(out (DaxTalk Talk, int List) connection))
        {
            connection.Talk = await DaxTalk.ConnectAsync(process.DaxEndPoint!);
            CborReader answer = await connection.Talk.CallAsync(DaxTalk.DefineAttributeListId, cbor => cbor.WriteTexts(Names));
            connection.List = answer.ReadInt32();
        }

        try
        {
            T result = await useAsync(connection.Talk, connection.List);
            idle.Add(connection);
            return result;
        }
        catch
        {
            connection.Talk.Dispose();
            throw;
        }
    }
}
