using System.Text;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Items;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Items;

/// <summary>Items as bytes that processes keep for each other.</summary>
public sealed class SharedValueTests
{
    private const string Table = "0f6e-1c";

    [Test]
    public void Item_SmallOrLarge_ComesBackAsItWas([Values(0, 900, 2000, 300_000)] int length, [Values] bool hasNoEnd)
    {
        Item item = ItemOf(new string('x', length));

        byte[] value = SharedValue.Write(Table, item, hasNoEnd)!;

        Assert.That(SharedValue.TryRead(value, Table, out Item? read, out bool readNoEnd), Is.True);
        Assert.That(
            (Encoding.UTF8.GetString(read!.GetItemBody.Span), read.SizeBytes, readNoEnd),
            Is.EqualTo((Encoding.UTF8.GetString(item.GetItemBody.Span), item.SizeBytes, hasNoEnd)));
        Assert.That(value, Has.Length.LessThan(SharedValue.CompressAbove + 100), "what is long is compressed");
    }

    [Test]
    public void Absence_ComesBackAsAbsence()
    {
        Assert.That(SharedValue.TryRead(SharedValue.Write(Table, null, hasNoEnd: false), Table, out Item? read, out _), Is.True);
        Assert.That(read, Is.Null);
    }

    [Test]
    public void Item_OfAnotherTableOfTheSameName_IsNone() =>
        Assert.That(SharedValue.TryRead(SharedValue.Write(Table, null, hasNoEnd: false), "another", out _, out _), Is.False);

    [Test]
    public void Item_TooLarge_IsNotShared() =>
        Assert.That(SharedValue.Write(Table, ItemOf(new string('x', SharedValue.MaxJsonBytes)), hasNoEnd: false), Is.Null);

    [Test]
    public void Value_CutOffOrChangedAnywhere_IsNeverAnotherItem([Values(20, 2000)] int length)
    {
        Item item = ItemOf(new string('x', length));
        byte[] value = SharedValue.Write(Table, item, hasNoEnd: false)!;
        for (int at = 0; at < value.Length; at++)
        {
            byte[] changed = [.. value];
            changed[at] ^= 0x15;
            Assert.That(IsOther(value.AsSpan(0, at), item), Is.False, $"cut off at {at}");
            Assert.That(IsOther(changed, item), Is.False, $"changed at {at}");
        }
    }

    private static bool IsOther(ReadOnlySpan<byte> value, Item item) =>
        SharedValue.TryRead(value, Table, out Item? read, out _) && (read is null || !read.Json.Span.SequenceEqual(item.Json.Span));

    private static Item ItemOf(string text) =>
        Item.FromAttributes(new() { ["k"] = AttributeValue.FromString(text) });
}
