using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using DaxProxy.Conformance.Dax;
using DaxProxy.Memory;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Protocol;

/// <summary>Reads whose answers may be large, where there is memory for the answer to one.</summary>
internal sealed class LargeAnswerTests : HostFixture
{
    private const int Keys = 100, OfEachProtocol = 4;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    protected override ProxyOptions Options => new()
    {
        Listen = new ListenOptions { Port = 0, AdminPort = 0, MaxBytesInFlight = 2 * AnswerGate.BytesPerItemByte * (16 << 20) },
        Dax = new DaxOptions { Port = 0 },
        ItemCache = new ItemCacheOptions { Enabled = false },
    };

    [Test]
    public async Task LargeReadsAtOnce_OfBothProtocols_ReachTheBackendOneByOneAndAreThrottledWhenTheyHaveWaitedTooLong()
    {
        Task<(HttpResponseMessage Response, string Body)> first = SendAsync(OverHttp());
        await Backend.Waiting.Task.WaitAsync(Limit);
        Task<(HttpResponseMessage Response, string Body)>[] http =
            [.. Enumerable.Range(0, OfEachProtocol).Select(_ => SendAsync(OverHttp()))];
        Task<DaxRefusal?>[] dax = [.. Enumerable.Range(0, OfEachProtocol).Select(_ => OverDaxAsync())];
        Task all = Task.WhenAll([.. http, .. dax]);
        await Task.WhenAny(all, Backend.Crowd.Task).WaitAsync(Limit);
        Assert.That(Backend.Crowd.Task.IsCompleted, Is.False, "the backend was asked for two large answers at once");
        foreach ((HttpResponseMessage response, string body) in await Task.WhenAll(http))
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(body, Does.Contain("ThrottlingException").And.Contain("Rate exceeded"));
        }

        foreach (DaxRefusal? refusal in await Task.WhenAll(dax))
        {
            Assert.That(refusal?.Message, Does.Contain("ThrottlingException").And.Contain("Rate exceeded"));
        }

        Backend.Gate.SetResult();
        Assert.That((await first).Response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await OverDaxAsync(), Is.Null, "the memory is free again");
        Assert.That((await SendAsync(OverHttp())).Response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task EncodedRequest_ThatIsLargeAsItComes_TakesOneShareForAllThatItMayBecome()
    {
        string text = Convert.ToHexString(RandomNumberGenerator.GetBytes(100_000));
        using MemoryStream encoded = new();
        await using (GZipStream encoder = new(encoded, CompressionMode.Compress, leaveOpen: true))
        {
            encoder.Write(Encoding.UTF8.GetBytes($$$"""{"TableName":"T","Key":{"pk":{"S":"a"}},"Unknown":"{{{text}}}"}"""));
        }

        Assert.That(encoded.Length, Is.GreaterThan(InFlightBudget.SmallBytes));
        HttpRequestMessage request = Request("GetItem", "");
        request.Content = new ByteArrayContent(encoded.ToArray());
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.0");
        request.Content.Headers.ContentEncoding.Add("gzip");
        (HttpResponseMessage response, string body) = await SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), body);
    }

    private HttpRequestMessage OverHttp()
    {
        string keys = string.Join(',', Enumerable.Range(0, Keys).Select(key => $$$"""{"pk":{"S":"{{{key}}}"}}"""));
        return Request("BatchGetItem", $$$$"""{"RequestItems":{"T":{"Keys":[{{{{keys}}}}]}}}""");
    }

    /// <summary>What it is refused with; null when it is answered.</summary>
    private async Task<DaxRefusal?> OverDaxAsync()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Host.DaxEndPoint!);
        try
        {
            await talk.CallAsync(DaxTalk.BatchGetItem, cbor =>
            {
                cbor.WriteStartMap(1);
                cbor.WriteTextString("T");
                cbor.WriteStartArray(3);
                cbor.WriteBoolean(false);
                cbor.WriteNull();
                cbor.WriteStartArray(Keys);
                for (int key = 0; key < Keys; key++)
                {
                    cbor.WriteByteString(Encoding.ASCII.GetBytes($"{key}"));
                }

                cbor.WriteEndArray();
                cbor.WriteEndArray();
                cbor.WriteEndMap();
                cbor.WriteStartMap(null);
                cbor.WriteEndMap();
            });
            return null;
        }
        catch (DaxRefusal refusal)
        {
            return refusal;
        }
    }
}
