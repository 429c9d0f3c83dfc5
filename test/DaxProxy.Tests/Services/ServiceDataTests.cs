using DaxProxy.Backends;
using DaxProxy.Services;
using DaxProxy.Services.CloudWatch;
using DaxProxy.Tests.Caching;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Tests.Services;

public sealed class ServiceDataTests
{
    private readonly ManualTime time = new();
    private string folder = null!;

    [SetUp]
    public void Start() => folder = Directory.CreateTempSubdirectory("services-").FullName;

    [TearDown]
    public void Stop() => Directory.Delete(folder, recursive: true);

    [Test]
    public void FileThatIsNoDatabase_IsSetAside_AndAnotherOneIsMade()
    {
        byte[] noise = new byte[8192];
        Array.Fill(noise, (byte)'x');
        File.WriteAllBytes(Path.Combine(folder, "services.db"), noise);
        using (ServiceData data = new(folder, time, time))
        {
            data.Store.Save("kind", "a", "1"u8);
        }

        Assert.That(File.ReadAllBytes(Directory.GetFiles(folder, "services.db.damaged-*").Single()), Is.EqualTo(noise));
        using ServiceData again = new(folder, time, time);
        Assert.That(again.Store.Load("kind"), Has.Count.EqualTo(1));
    }

    [Test]
    public void DocumentsThatAreDamaged_AreFoundAtTheStart()
    {
        using (ServiceData data = new(folder, time, time))
        {
            for (int i = 0; i < 200; i++)
            {
                data.Store.Save("kind", $"{i:D4}", new byte[1000]);
            }
        }

        string file = Path.Combine(folder, "services.db");
        byte[] bytes = File.ReadAllBytes(file);
        Array.Fill(bytes, (byte)0xff, 4096 * 12, 4096 * 8);
        File.WriteAllBytes(file, bytes);
        using ServiceData again = new(folder, time, time);
        Assert.That(again.Store.Load("kind"), Is.Empty);
        Assert.That(Directory.GetFiles(folder, "services.db.damaged-*"), Is.Not.Empty);
    }

    [Test]
    public void DocumentThatCannotBeRead_IsLeftOut_AndTheOthersAreNot()
    {
        using ServiceData data = new(folder, time, time);
        data.Store.Save("alarm", "a", "no json"u8);
        data.Store.Save("alarm", "b", "{}"u8);
        data.Store.Save("alarm", "c", "{\"AlarmName\":\"c\",\"Namespace\":\"n\",\"MetricName\":\"m\",\"ComparisonOperator\":\"GreaterThanThreshold\"}"u8);
        data.Store.Save("alarm", "d", "[1]"u8);
        AlarmBoard board = new(data.Store, data.Metrics, "us-east-1:0", time.GetUtcNow());
        Assert.That(board.All.Select(alarm => alarm.Name).Where(name => name is "a" or "c" or "d"), Is.EqualTo(new[] { "c" }));
    }

    [Test]
    public async Task MinuteSteps_DisposedTwice_EndOnce()
    {
        MinuteSteps steps = new(time, _ => Task.CompletedTask, NullLogger.Instance);
        await steps.DisposeAsync();
        await Assert.ThatAsync(async () => await steps.DisposeAsync(), Throws.Nothing);
    }
}
