using System.Diagnostics;
using System.Text.Json;
using DaxProxy.Services.Codecs;
using DaxProxy.Services.Model;

namespace DaxProxy.Services.CloudWatch;

/// <summary>CloudWatch, as far as auto scaling and consoles need it: metrics of the tables and the caches, and alarms.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="metrics">What answers about metrics.</param>
/// <param name="alarms">What answers about alarms.</param>
/// <param name="board">The alarms.</param>
internal sealed class CloudWatchService(MetricHandlers metrics, AlarmHandlers alarms, AlarmBoard board) : IService
{
    /// <inheritdoc/>
    public ServiceModel Model => ServiceModel.CloudWatch;

    /// <inheritdoc/>
    public IEnumerable<string> ResourcesOf(string operation, JsonElement input) => operation switch
    {
        "PutMetricAlarm" or "SetAlarmState" => [board.ArnOf(Inputs.Text(input, "AlarmName")!)],
        "TagResource" or "UntagResource" or "ListTagsForResource" => [Inputs.Text(input, "ResourceARN")!],
        "DeleteAlarms" or "EnableAlarmActions" or "DisableAlarmActions"
            when Inputs.Texts(input, "AlarmNames") is { Count: > 0 } names => names.Select(board.ArnOf),
        _ => ["*"],
    };

    /// <inheritdoc/>
    public ValueTask<ServiceAnswer> ExecuteAsync(string operation, JsonElement input, CancellationToken cancellationToken) =>
        new(Execute(operation, input));

    private ServiceAnswer Execute(string operation, JsonElement input) => operation switch
    {
        "GetMetricData" => metrics.GetMetricData(input),
        "GetMetricStatistics" => metrics.GetMetricStatistics(input),
        "ListMetrics" => metrics.ListMetrics(input),
        "PutMetricData" => metrics.PutMetricData(input),
        "PutMetricAlarm" => alarms.PutMetricAlarm(input),
        "DescribeAlarms" => alarms.DescribeAlarms(input),
        "DescribeAlarmsForMetric" => alarms.DescribeAlarmsForMetric(input),
        "DeleteAlarms" => alarms.DeleteAlarms(input),
        "SetAlarmState" => alarms.SetAlarmState(input),
        "EnableAlarmActions" => alarms.SwitchActions(input, isEnabled: true),
        "DisableAlarmActions" => alarms.SwitchActions(input, isEnabled: false),
        "TagResource" => alarms.TagResource(input),
        "UntagResource" => alarms.UntagResource(input),
        "ListTagsForResource" => alarms.ListTagsForResource(input),
        _ => throw new UnreachableException($"{operation} is in the model and has no handler."),
    };
}
