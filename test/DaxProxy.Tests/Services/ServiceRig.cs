using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Backends;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Engine;
using DaxProxy.Engine.Services;
using DaxProxy.Engine.Storage;
using DaxProxy.Services.AutoScaling;
using DaxProxy.Services.CloudWatch;
using DaxProxy.Services.Model;
using DaxProxy.Tests.Caching;
using DaxProxy.Tests.Engine.Throughput;
using NUnit.Framework;

namespace DaxProxy.Tests.Services;

/// <summary>An engine that counts what is consumed, with auto scaling and CloudWatch beside it, on a clock that stands still.</summary>
internal sealed class ServiceRig : IDisposable
{
    private const string Names = "us-east-1:000000000000";

    private readonly LocalBackend engine;
    private readonly ServiceData data;
    private bool isDisposed;

    public ServiceRig(bool isEnforced = false, string? folder = null, ManualTime? time = null)
    {
        Time = time ?? new ManualTime();
        data = new ServiceData(folder, Time, Time);
        engine = new LocalBackend(
            new EngineOptions
            {
                DataFolder = folder,
                TimeToLiveInterval = TimeSpan.FromDays(1),
                EnforcesThroughput = isEnforced ? _ => true : null,
            },
            ValidationProfile.October2026,
            Time,
            () => data.Metrics);
        Board = new AlarmBoard(data.Store, data.Metrics, Names, Time.GetUtcNow());
        State = new ScalingState(data.Store, Board, Time);
        Capacity = new TableCapacity(engine);
        Loop = new ScalingLoop(State, Board, Capacity, Time);
        Scaling = new AutoScalingService(
            new TargetHandlers(State, Loop, Capacity, Names, Time),
            new PolicyHandlers(State, Loop, Board, Names, Time),
            new ScheduleHandlers(State, Names, Time),
            State,
            Names);
        CloudWatch = new CloudWatchService(new MetricHandlers(data.Metrics, Time), new AlarmHandlers(Board, Time), Board);
    }

    public ManualTime Time { get; }

    public MetricStore Metrics => data.Metrics;

    public AlarmBoard Board { get; }

    public ScalingState State { get; }

    public TableCapacity Capacity { get; }

    public ScalingLoop Loop { get; }

    public AutoScalingService Scaling { get; }

    public CloudWatchService CloudWatch { get; }

    /// <summary>A table with so many write units and as many read units.</summary>
    public async Task CreateTableAsync(int units, string name = "Tab", string more = "") => Assert.That(
        await CallAsync(
            "CreateTable",
            $"{{'TableName':'{name}','ProvisionedThroughput':{{'ReadCapacityUnits':{units},'WriteCapacityUnits':{units}}},"
            + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}"
            + (more.Length > 0 ? ",{'AttributeName':'g','AttributeType':'S'}]," + more : "]") + "}"),
        Does.Contain("TableArn"));

    /// <summary>Asks the engine.</summary>
    public async Task<string> CallAsync(string operation, string json)
    {
        using JsonDocument body = JsonDocument.Parse(json.Replace('\'', '"'));
        DynamoError? error = JsonRequest.TryRead(
            "DynamoDB_20120810." + operation, body.RootElement, ValidationProfile.October2026, out Operation? request);
        Reply reply = error is not null ? new ErrorReply(error) : await engine.ExecuteAsync(request!, CancellationToken.None);
        System.Buffers.ArrayBufferWriter<byte> output = new();
        if (reply is ErrorReply refusal)
        {
            JsonReply.Write(refusal.Error, output);
        }
        else
        {
            JsonReply.Write(request!, reply, output);
        }

        return System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Asks a service. Its answer, or the name and the text of its refusal.</summary>
    public static async Task<(JsonObject? Result, string? Fault)> AskAsync(IService service, string operation, string json)
    {
        using JsonDocument body = JsonDocument.Parse(json.Replace('\'', '"'));
        ServiceShape shape = service.Model.Operations[operation]!;
        Assert.That(InputCheck.HasKinds(shape, body.RootElement), Is.True, json);
        if (InputCheck.Check(shape, body.RootElement) is { } broken)
        {
            return (null, "Validation: " + broken);
        }

        ServiceAnswer answer = await service.ExecuteAsync(operation, body.RootElement, CancellationToken.None);
        return (answer.Result, answer.Fault is { } fault ? $"{fault.Name}: {fault.Message}" : null);
    }

    /// <summary>Asks auto scaling about the write capacity of the table.</summary>
    public Task<(JsonObject? Result, string? Fault)> ScaleAsync(string operation, string more = "", string resource = "table/Tab") => AskAsync(
        Scaling,
        operation,
        $"{{'ServiceNamespace':'dynamodb','ResourceId':'{resource}','ScalableDimension':'dynamodb:"
        + $"{(resource.Contains("index", StringComparison.Ordinal) ? "index" : "table")}:WriteCapacityUnits'{(more.Length > 0 ? "," : "")}{more}}}");

    /// <summary>Registers the write capacity and has a policy keep it at 70 percent.</summary>
    public async Task TrackAsync(int min, int max, string more = "", string resource = "table/Tab")
    {
        Assert.That((await ScaleAsync("RegisterScalableTarget", $"'MinCapacity':{min},'MaxCapacity':{max}", resource)).Fault, Is.Null);
        Assert.That((await PutPolicyAsync(more, resource: resource)).Fault, Is.Null);
    }

    public Task<(JsonObject? Result, string? Fault)> PutPolicyAsync(
        string more = "", double target = 70, string name = "half", string metric = "DynamoDBWriteCapacityUtilization", string resource = "table/Tab") =>
        ScaleAsync(
            "PutScalingPolicy",
            $"'PolicyName':'{name}','PolicyType':'TargetTrackingScaling','TargetTrackingScalingPolicyConfiguration':{{'TargetValue':{target}.0,"
            + $"'PredefinedMetricSpecification':{{'PredefinedMetricType':'{metric}'}}{more}}}",
            resource);

    /// <summary>Lets minutes pass in which so many units are written each second, by one write. Returns how many were refused.</summary>
    /// <param name="minutes">How many minutes.</param>
    /// <param name="units">Units of each write; 0 for none.</param>
    /// <param name="more">More attributes of an item, with <c>#</c> for another number in each.</param>
    public async Task<int> LoadAsync(int minutes, int units, string more = "")
    {
        int refused = 0;
        for (int second = 0; second < minutes * 60; second++)
        {
            if (units > 0)
            {
                string reply = await CallAsync("PutItem", $"{{'TableName':'Tab','Item':{ThroughputRig.ItemOf($"k{second % 7}", units, more.Replace("#", $"{second}", StringComparison.Ordinal))}}}");
                refused += reply == "{}" ? 0 : 1;
            }

            Time.Advance(1);
            if (Time.GetUtcNow().Second == 0)
            {
                await Loop.StepAsync(MetricStore.MinuteOf(Time.GetUtcNow()) - 1);
            }
        }

        return refused;
    }

    /// <summary>The write units of the table, or of its index.</summary>
    public async Task<int> WriteUnitsAsync(bool ofIndex = false)
    {
        JsonNode table = JsonNode.Parse(await CallAsync("DescribeTable", "{'TableName':'Tab'}"))!["Table"]!;
        return (int)(ofIndex ? table["GlobalSecondaryIndexes"]![0]! : table)["ProvisionedThroughput"]!["WriteCapacityUnits"]!;
    }

    /// <summary>What was done, the latest first.</summary>
    public async Task<List<string>> ActivitiesAsync()
    {
        JsonArray all = (await AskAsync(Scaling, "DescribeScalingActivities", "{'ServiceNamespace':'dynamodb'}")).Result!["ScalingActivities"]!.AsArray();
        return [.. all.Select(one => $"{one!["Description"]} | {one["Cause"]} | {one["StatusCode"]}")];
    }

    public void Dispose()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        Capacity.Dispose();
        engine.Dispose();
        data.Dispose();
    }
}
