using System.Text;
using DaxProxy.Report;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

public sealed class ItemVersionsTests
{
    [TestCase("7:3", "7:2", 1, true)]
    [TestCase("7:3", "7:3", 1, false)]
    [TestCase("7:3", "7:4", 1, false)]
    [TestCase("7:1", "", 1, true, Description = "it is never removed")]
    [TestCase("", "7:1", 1, false)]
    [TestCase("1:1 2:5 3:1", "1:1 2:4 3:1", 3, true)]
    [TestCase("1:1 2:1 3:1", "1:1 3:1", 3, true, Description = "a gap in a page")]
    [TestCase("1:1 3:1 4:1", "1:1 2:1 3:1", 3, false, Description = "pushed out by a new one")]
    [TestCase("1:1 3:1 4:1", "1:1 3:1", 3, true, Description = "there was room for it")]
    public void IsOlderThan_WhatWasSeenBefore(string before, string after, int most, bool expected) =>
        Assert.That(Of(after).IsOlderThan(Of(before), most), Is.EqualTo(expected));

    [Test]
    public void Settled_WritesUnderWay_DoNotCount()
    {
        ItemSet items = new(10);
        items.TryBeginWrite(2, out _);
        int added = items.BeginInsert();
        ItemVersions seen = Of($"1:1 2:2 {added}:1").Settled(items);
        Assert.That(Of("1:1 2:1").IsOlderThan(seen, most: 20), Is.False);
        items.EndWrite(added, isDone: true);
        Assert.That(Of("1:1 2:1").IsOlderThan(Of($"1:1 2:2 {added}:1").Settled(items), most: 20), Is.True);
    }

    [TestCase("""{"Item":{"v":{"N":"2"},"sk":{"S":"00000007"},"pk":{"S":"p"}}}""")]
    [TestCase("""{"Count":1,"Items":[{"v":{"N":"2"},"sk":{"S":"00000007"}}],"ScannedCount":1}""")]
    public void Read_ItemOrPage_ShowsItsVersion(string body)
    {
        ItemVersions read = ItemVersions.Read(Encoding.UTF8.GetBytes(body));
        Assert.That((read.IsOlderThan(Of("7:2"), 1), read.IsOlderThan(Of("7:3"), 1)), Is.EqualTo((false, true)));
    }

    private static ItemVersions Of(string versions) => new(new SortedList<int, int>(
        versions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(item => item.Split(':')).ToDictionary(
            item => int.Parse(item[0]), item => int.Parse(item[1]))));
}
