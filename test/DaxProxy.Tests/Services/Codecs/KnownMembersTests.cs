using System.Text;
using System.Text.Json;
using DaxProxy.Services.Codecs;
using DaxProxy.Services.Model;
using NUnit.Framework;

namespace DaxProxy.Tests.Services.Codecs;

public sealed class KnownMembersTests
{
    private static readonly ServiceShape Shape = ServiceModel.CloudWatch.Operations["ListMetrics"]!;

    [TestCase("{\"ResourceARN\":\"x\",\"Namespace\":\"n\"}", "{\"Namespace\":\"n\"}")]
    [TestCase("{\"Dimensions\":[{\"Name\":\"a\",\"Other\":{\"deep\":[1]}}]}", "{\"Dimensions\":[{\"Name\":\"a\"}]}")]
    [TestCase("{\"Namespace\":\"n\"}", "{\"Namespace\":\"n\"}")]
    [TestCase("{\"\\ud800\":1}", null)]
    [TestCase("{\"Namespace\":1}", null)]
    [TestCase("[]", null)]
    public void Input_HasNoMembers_ThatItsModelDoesNotKnow(string body, string? expected)
    {
        using JsonDocument? read = Protocols.Json[ServiceModel.CloudWatch.Target].TryRead(Encoding.UTF8.GetBytes(body), Shape);
        Assert.That(read?.RootElement.GetRawText(), Is.EqualTo(expected));
    }
}
