using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Frontends.Admin;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Frontends.Admin;

internal sealed class SavingsTests
{
    /// <summary>A thousand units a second for two days: 172.8 million units, at $0.125 a million.</summary>
    [Test]
    public void Of_AThousandUnitsASecond_IsWhatTheyCost()
    {
        Savings savings = new(1000 * 172_800, TimeSpan.FromDays(2), new PricesOptions().In("us-east-1"));
        Assert.That(savings.Dollars, Is.EqualTo(21.6).Within(1e-9));
        Assert.That(savings.DollarsPerDay, Is.EqualTo(10.8).Within(1e-9));
        Assert.That(savings.CapacityUnits, Is.EqualTo(1000 / 0.7).Within(1e-9));
        Assert.That(savings.CapacityDollarsPerDay, Is.EqualTo(1000 / 0.7 * 24 * 0.00013).Within(1e-9));
    }

    [Test]
    public void Write_RightAfterTheStart_HasNumbersOnly()
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter writer = new(output))
        {
            writer.WriteStartObject();
            new Savings(0.5, TimeSpan.Zero, new PricesOptions { ReadRequestUnits = 2 }.In("eu-west-1")).Write(writer);
            writer.WriteEndObject();
        }

        JsonNode savings = JsonNode.Parse(output.WrittenSpan)!["savings"]!;
        Assert.That((double)savings["dollars"]!, Is.EqualTo(1e-6));
        Assert.That((double)savings["dollarsOfMillionReadRequestUnits"]!, Is.EqualTo(2));
        Assert.That((double)savings["dollarsOfReadCapacityUnitHour"]!, Is.EqualTo(0.000147));
        Assert.That((string?)savings["listPricesOf"], Is.EqualTo("eu-west-1"));
        Assert.That(
            savings.AsObject().Where(member => member.Key != "listPricesOf").Select(member => member.Value!.GetValueKind()),
            Has.All.EqualTo(JsonValueKind.Number));
    }
}
