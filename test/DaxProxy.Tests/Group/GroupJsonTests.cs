using System.Text.Json;
using DaxProxy.Core.Caching.Group;
using DaxProxy.Core.Caching.Queries;
using DaxProxy.Core.Caching.Writes;
using DaxProxy.Core.Operations;
using DaxProxy.Group;
using NUnit.Framework;

namespace DaxProxy.Tests.Group;

/// <summary>What members of a group send each other.</summary>
public sealed class GroupJsonTests
{
    [Test]
    public void Message_OfEveryKindOfEffect_ArrivesAsItWasSent()
    {
        PageRaise placed = new("byG", PageChange.InPlace) { Partition = [1, 0, 255], Position = [], Names = ["a", "ü"] };
        GroupMessage message = new(
            "node",
            "ab12",
            7,
            IsBeat: false,
            [new Stay("other", "cd34")],
            [
                new PeerEffect.OfItem(
                    "Tab", "shape", [0, 1, 2], [placed, PageRaise.Everything("byH"), new(null, PageChange.Left)], IsInDoubt: true),
                new PeerEffect.OfTable("Tab", IsInDoubt: false),
                new PeerEffect.OfEverything(IsInDoubt: true),
                new PeerEffect.OfBulkOperation(new BulkOperation("arn:1", true, ["Tab"])),
            ]);

        byte[] sent = JsonSerializer.SerializeToUtf8Bytes(message, GroupJson.Default.GroupMessage);
        GroupMessage read = JsonSerializer.Deserialize(sent, GroupJson.Default.GroupMessage)!;

        Assert.That(JsonSerializer.Serialize(read, GroupJson.Default.GroupMessage), Is.EqualTo(System.Text.Encoding.UTF8.GetString(sent)));
        Assert.That((read.Node, read.Incarnation, read.Number, read.IsBeat), Is.EqualTo(("node", "ab12", 7L, false)));
        Assert.That(read.Lapsed, Is.EqualTo(message.Lapsed));
        PeerEffect.OfItem item = (PeerEffect.OfItem)read.Effects[0];
        Assert.That((item.TableName, item.Shape, item.IsInDoubt), Is.EqualTo(("Tab", "shape", true)));
        Assert.That(item.Key, Is.EqualTo(new byte[] { 0, 1, 2 }));
        Assert.That((item.Raises[0].IndexName, item.Raises[0].Change), Is.EqualTo(("byG", PageChange.InPlace)));
        Assert.That((item.Raises[0].Partition, item.Raises[0].Position), Is.EqualTo((placed.Partition, placed.Position)));
        Assert.That(item.Raises[0].Names, Is.EqualTo(placed.Names));
        Assert.That(
            (item.Raises[1].Partition, item.Raises[1].Position, item.Raises[2].Change),
            Is.EqualTo(((byte[]?)null, (byte[]?)null, PageChange.Left)));
        Assert.That(read.Effects.Skip(1).Take(2), Is.EqualTo(message.Effects.Skip(1).Take(2)));
        Assert.That(((PeerEffect.OfBulkOperation)read.Effects[3]).Operation.Tables, Is.EqualTo(new[] { "Tab" }));
    }

    [Test]
    public void Ack_ArrivesAsItWasSent()
    {
        GroupAck ack = new(new Stay("a", "1"), new Stay("b", "2"), 3, Overlaps: true);
        byte[] sent = JsonSerializer.SerializeToUtf8Bytes(ack, GroupJson.Default.GroupAck);
        Assert.That(JsonSerializer.Deserialize(sent, GroupJson.Default.GroupAck), Is.EqualTo(ack));
    }
}
