using System.Text;
using DaxProxy.Recording;
using NUnit.Framework;

namespace DaxProxy.Tests.Recording;

internal sealed class TraceFormatTests
{
    private static readonly string Head = Encoding.UTF8.GetString(TraceFormat.Head()).TrimEnd();

    [Test]
    public void Read_WhatWasWritten_IsTheSame_InTheOrderItCame()
    {
        TraceRecord[] records =
        [
            new(TimeSpan.FromMicroseconds(20), "Query", "Orders \"1\"") { Partitions = ["p"], Page = "q", Items = 3, Bytes = 1200, IsHit = true },
            new(TimeSpan.FromMicroseconds(7), "BatchGetItem", "Orders") { Keys = ["a", "b"], Partitions = ["p", "r"], Items = 1, Bytes = 9, IsConsistent = true },
            new(TimeSpan.FromMicroseconds(30), "DeleteItem", "Orders") { Keys = ["a"] },
        ];
        string[] lines =
        [
            Head, .. records.Select(record => Encoding.UTF8.GetString(TraceFormat.Of(record)).TrimEnd()),
            Encoding.UTF8.GetString(TraceFormat.End("time", 1, 2)).TrimEnd(),
        ];
        IReadOnlyList<TraceRecord> read = TraceFormat.Read(lines);
        Assert.That(read.Select(Told), Is.EqualTo(new[] { records[1], records[0], records[2] }.Select(Told)));
        Assert.That(lines, Has.All.Not.Contains("\n"));

        static string Told(TraceRecord record) =>
            $"{record.At} {record.Operation} {record.Table} {string.Join('+', record.Keys)} {string.Join('+', record.Partitions)} {record.Page} "
                + $"{record.Items} {record.Bytes} {record.IsConsistent} {record.IsHit}";
    }

    [TestCase("{}", "is no trace")]
    [TestCase("[]", "is no trace")]
    [TestCase("no JSON", "line 1 is none of a trace of version 1")]
    [TestCase("{\"daxproxyTrace\":2}", "is a trace of version 2, and only 1 can be read here")]
    public void Read_OtherFiles_AreRefused(string line, string why) =>
        Assert.That(() => TraceFormat.Read([line]), Throws.TypeOf<TraceFault>().With.Message.EqualTo(why));

    [TestCase("{\"t\":1,\"op\":\"GetItem\"}")]
    [TestCase("{\"t\":-1,\"op\":\"GetItem\",\"table\":\"T\"}")]
    [TestCase("{\"t\":1,\"op\":\"GetItem\",\"table\":\"T\",\"k\":\"a\"}")]
    [TestCase("{\"t\":1,\"op\":\"GetItem\",\"table\":\"T\",\"k\":[[[\"a\"]]]}")]
    [TestCase("{\"t\":1,\"op\":\"GetItem\",\"table\":\"T\",\"n\":99999999999}")]
    [TestCase("{\"t\":1,\"op\":\"GetItem\",\"table\":\"T\",\"later\":1}")]
    [TestCase("{\"t\":1,\"op\":\"GetIt")]
    public void Read_LinesThatCannotBe_AreNamed(string line) => Assert.That(
        () => TraceFormat.Read([Head, line, "{\"end\":\"time\"}"]),
        Throws.TypeOf<TraceFault>().With.Message.EqualTo("line 2 is none of a trace of version 1"));

    [Test]
    public void Read_ATraceThatWasCutOff_GoesAsFarAsThat() => Assert.That(
        TraceFormat.Read([Head, "{\"t\":1,\"op\":\"GetItem\",\"table\":\"T\",\"k\":[\"a\"]}", "{\"t\":2,\"op\":\"GetIt"]), Has.Count.EqualTo(1));

    [Test]
    public void Read_Nothing_IsRefused() => Assert.That(() => TraceFormat.Read([]), Throws.TypeOf<TraceFault>());
}
