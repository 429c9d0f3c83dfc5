using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Seals;
using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>A store whose pages are sealed, with a table and an index, to be damaged byte by byte.</summary>
internal static class SealedStore
{
    private const int Items = 60;
    private const string Tab = "{'TableName':'tab','BillingMode':'PAY_PER_REQUEST',"
        + "'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'g','AttributeType':'S'}],"
        + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],"
        + "'GlobalSecondaryIndexes':[{'IndexName':'by-g','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}]}";

    public static async Task FillAsync(string folder, EngineOptions options)
    {
        using EngineRig rig = new(options with { DataFolder = folder }, new ManualTime());
        await FillAsync(rig);
    }

    public static async Task FillAsync(EngineRig rig)
    {
        await rig.CreateHashTableAsync("far");
        Assert.That(await rig.CallAsync("CreateTable", Tab), Does.Contain("CREATING"));
        for (int i = 0; i < Items; i++)
        {
            // Some on overflow pages.
            string text = new((char)('a' + (i % 26)), i % 5 == 0 ? 9000 : 300);
            Assert.That(
                await rig.CallAsync(
                    "PutItem", $"{{'TableName':'tab','Item':{{'pk':{{'S':'{i}'}},'g':{{'S':'g{i % 7}'}},'text':{{'S':'{text}'}}}}}}"),
                Is.EqualTo("{}"));
        }
    }

    /// <summary>Everything that can be read of the table. With a truth to compare with, an answer is that or a failure.</summary>
    public static async Task<Dictionary<string, string>> ReadAllAsync(
        EngineRig rig, Dictionary<string, string>? truth, Action? failed = null)
    {
        Dictionary<string, string> found = [];
        for (int i = 0; i < Items; i++)
        {
            await ReadAsync("GetItem", $"{{'TableName':'tab','Key':{{'pk':{{'S':'{i}'}}}},'ConsistentRead':true}}");
        }

        for (int i = 0; i < 7; i++)
        {
            await ReadAsync(
                "Query",
                $"{{'TableName':'tab','IndexName':'by-g','KeyConditionExpression':'g = :g','ExpressionAttributeValues':{{':g':{{'S':'g{i}'}}}}}}");
        }

        await ReadAsync("Scan", "{'TableName':'tab'}");
        return found;

        async Task ReadAsync(string verb, string request)
        {
            try
            {
                found[request] = await rig.CallAsync(verb, request);
            }
            catch (DamagedPageException) when (failed is not null)
            {
                failed();
                return;
            }

            Assert.That(truth is null || truth[request] == found[request], request);
        }
    }

    public static long Frames(string log) => (new FileInfo(log).Length - LogFrame.LogHeaderBytes) / LogFrame.FrameBytes;

    public static void Flip(string file, long at, Random random) => Flip(file, at, random, out _);

    public static byte Flip(string file, long at, Random random, out long place)
    {
        byte[] one = new byte[1];
        using (FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            stream.Position = place = at;
            stream.ReadExactly(one);
        }

        Write(file, at, (byte)(one[0] ^ random.Next(1, 256)));
        return one[0];
    }

    public static void Write(string file, long at, byte value)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.Position = at;
        stream.WriteByte(value);
    }

    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string name in new[] { "daxproxy.db", "daxproxy.db-wal", Envelope.Name }.Where(
            name => File.Exists(Path.Combine(from, name))))
        {
            File.Copy(Path.Combine(from, name), Path.Combine(to, name), overwrite: true);
        }
    }
}
