using System.Text.Json;
using DaxProxy.Telemetry;
using NUnit.Framework;

namespace DaxProxy.Tests.Telemetry;

[TestFixture]
public sealed class LineFileTests
{
    [Test]
    [Platform("Linux")]
    public async Task Write_ToAFullDisk_KeepsNothingWaiting_CountsWhatIsLost_AndSaysSoOnce()
    {
        int told = 0;
        LineFile<int> file = LineFile<int>.Of("Option", "/dev/full", 1 << 20, Number, (_, _) => told++)!;
        for (int i = 0; i < 100_000; i++)
        {
            file.Write(i);
        }

        await file.DisposeAsync();
        Assert.That((file.Lost, told), Is.EqualTo((100_000L, 1)));
    }

    [Test]
    public async Task Write_MoreThanCanWait_SaysInTheFileHowManyAreMissing()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("daxproxy-lines-").FullName, "log");
        using ManualResetEventSlim go = new();
        LineFile<int> file = LineFile<int>.Of("Option", path, 1 << 20, (writer, number) =>
        {
            go.Wait();
            Number(writer, number);
        }, (_, _) => { })!;
        const int Written = 20_000;
        for (int i = 0; i < Written; i++)
        {
            file.Write(i);
        }

        long lost = file.Lost;
        go.Set();
        await file.DisposeAsync();
        string[] lines = await File.ReadAllLinesAsync(path);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        Assert.That(lost, Is.GreaterThan(Written / 4));
        Assert.That(
            lines.Where(line => line.StartsWith("{\"lostLines\"", StringComparison.Ordinal))
                .Sum(line => JsonDocument.Parse(line).RootElement.GetProperty("lostLines").GetInt64()),
            Is.EqualTo(lost));
        Assert.That(lines.Count(line => line.StartsWith("{\"number\"", StringComparison.Ordinal)), Is.EqualTo(Written - lost));
    }

    [Test]
    public void Of_AFolderThatIsNotThere_NamesTheOption() => Assert.That(
        Assert.Throws<IOException>(
            () => LineFile<int>.Of("Telemetry:AccessLog", "/no/such/folder/log", 1 << 20, Number, (_, _) => { }))!.Message,
        Is.EqualTo("Telemetry:AccessLog: /no/such/folder/log cannot be written; name a file in a folder that exists and is writable"));

    [Test]
    public void Of_NoFile_IsNone() => Assert.That(LineFile<int>.Of("Option", "", 1 << 20, Number, (_, _) => { }), Is.Null);

    private static void Number(Utf8JsonWriter writer, int number) => writer.WriteNumber("number", number);
}
