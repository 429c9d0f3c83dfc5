namespace DaxProxy.Services.CloudWatch;

/// <summary>The units of the metrics that are counted here. Source: the services' documentation of their metrics.</summary>
internal static class MetricUnits
{
    /// <summary>The unit of a metric; <c>None</c> of one that clients put.</summary>
    public static string Of(string @namespace, string name) => !@namespace.StartsWith("AWS/", StringComparison.Ordinal) ? "None"
        : name switch
        {
            "SuccessfulRequestLatency" => "Milliseconds",
            "EstimatedDbSize" or "EvictedSize" or "ReturnedBytes" => "Bytes",
            "CacheMemoryUtilization" or "CPUUtilization" => "Percent",
            _ => "Count",
        };
}
