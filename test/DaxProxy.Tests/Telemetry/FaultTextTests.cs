using System.Net.Sockets;
using System.Text.Json;
using Amazon.Runtime;
using DaxProxy.Backends.Remote;
using DaxProxy.Telemetry;
using NUnit.Framework;

namespace DaxProxy.Tests.Telemetry;

public sealed class FaultTextTests
{
    private const string Secret = "token-of-the-proxy";

    private static readonly Exception[] Faults =
    [
        new HttpRequestException($"Received an invalid status line: '{Secret}'"),
        new HttpRequestException(HttpRequestError.InvalidResponse, Secret, new IOException(Secret, new InvalidDataException(Secret))),
        new JsonException($"'{Secret}' is an invalid start of a value."),
        new AmazonClientException(Secret),
        new AmazonServiceException(
            Secret, null, ErrorType.Sender, $"No such code {Secret}", $"No such id {Secret}", System.Net.HttpStatusCode.Forbidden),
        new RemoteFault("The backend gave no usable answer", new FormatException(Secret)),
    ];

    [TestCaseSource(nameof(Faults))]
    public void Of_AnException_NeverRepeatsItsText(Exception fault) =>
        Assert.That(FaultText.Of(fault), Is.Not.Empty.And.Not.Contains(Secret));

    [Test]
    public void Of_AnException_SaysWhatAnOperatorNeeds()
    {
        SocketException cause = new((int)SocketError.ConnectionRefused);
        RemoteFault fault = new(
            "The backend gave no usable answer", new HttpRequestException(HttpRequestError.ConnectionError, "x", cause));
        Assert.That(FaultText.Of(fault), Is.EqualTo(
            "The backend gave no usable answer < HttpRequestException (ConnectionError) < SocketException (ConnectionRefused)"));
    }

    [TestCase(
        "0RGJS0SMV1HBVGBM5RBSM1FD0FVV4KQNSO5AEMVJF66Q9ASUAAJG", ExpectedResult = "0RGJS0SMV1HBVGBM5RBSM1FD0FVV4KQNSO5AEMVJF66Q9ASUAAJG")]
    [TestCase(null, ExpectedResult = "?")]
    [TestCase("", ExpectedResult = "?")]
    [TestCase("two words", ExpectedResult = "?")]
    [TestCase("a\nb", ExpectedResult = "?")]
    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ExpectedResult = "?")]
    public string Code_OfWhatABackendSent_IsThatOrNothing(string? sent) => FaultText.Code(sent);
}
