using DaxProxy.Services.Model;

namespace DaxProxy.Services.Codecs;

/// <summary>The protocols of the services here.</summary>
internal static class Protocols
{
    /// <summary>What stands in front of the operation in the path of a request in CBOR.</summary>
    public const string CborPath = "/service/GraniteServiceVersion20100801/operation/";

    /// <summary>CloudWatch as signatures call it.</summary>
    public const string CloudWatchScope = "monitoring";

    /// <summary>The type of a form.</summary>
    public const string Form = "application/x-www-form-urlencoded";

    private const string Json10 = "application/x-amz-json-1.0", Json11 = "application/x-amz-json-1.1";

    /// <summary>CloudWatch's query protocol.</summary>
    public static IServiceCodec Query { get; } = new QueryCodec("http://monitoring.amazonaws.com/doc/2010-08-01/");

    /// <summary>CloudWatch's protocol in CBOR.</summary>
    public static IServiceCodec Cbor { get; } = new CborCodec();

    /// <summary>The protocol in JSON of each service, in the version that the service has.</summary>
    public static IReadOnlyDictionary<string, IServiceCodec> Json { get; } = new Dictionary<string, IServiceCodec>(StringComparer.Ordinal)
    {
        [ServiceModel.AutoScaling.Target] = new JsonCodec(Json11, "Message"),
        [ServiceModel.CloudWatch.Target] = new JsonCodec(Json10, "message"),
        [ServiceModel.Dax.Target] = new JsonCodec(Json11, "message"),
    };
}
