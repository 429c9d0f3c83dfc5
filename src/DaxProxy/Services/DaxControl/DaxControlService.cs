using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Services.Codecs;
using DaxProxy.Services.Model;

namespace DaxProxy.Services.DaxControl;

/// <summary>
/// The control plane of DAX as far as it only reads: this process and its peers, described as the one cluster that there is.
/// </summary>
/// <remarks>Thread-safe. What changes a cluster is configuration here, so no operation does.</remarks>
/// <param name="cluster">The cluster as it is now.</param>
/// <param name="time">The clock.</param>
internal sealed class DaxControlService(Func<DaxCluster> cluster, TimeProvider time) : IService
{
    private const string ParameterGroup = "daxproxy", DefaultGroup = "default.dax1.0", SubnetGroup = "default";
    private const int MaxResults = 100;

    /// <summary>For how many minutes events are told of where the request does not say. Source: the API reference.</summary>
    private const int DefaultMinutes = 60, MaxMinutes = 14 * 24 * 60;

    /// <inheritdoc/>
    public ServiceModel Model => ServiceModel.Dax;

    /// <inheritdoc/>
    public IEnumerable<string> ResourcesOf(string operation, JsonElement input) => operation switch
    {
        "ListTags" => [Inputs.Text(input, "ResourceName")!],
        "DescribeClusters" => [cluster().Arn],
        _ => ["*"],
    };

    /// <inheritdoc/>
    public ValueTask<ServiceAnswer> ExecuteAsync(string operation, JsonElement input, CancellationToken cancellationToken) =>
        new(Execute(operation, input));

    private ServiceAnswer Execute(string operation, JsonElement input) => operation switch
    {
        "DescribeClusters" => DescribeClusters(input),
        "DescribeParameterGroups" => DescribeParameterGroups(input),
        "DescribeParameters" => DescribeParameters(input),
        "DescribeDefaultParameters" => Page(input, "Parameters", Parameters(DaxCluster.DefaultTimeToLive, DaxCluster.DefaultTimeToLive)),
        "DescribeSubnetGroups" => DescribeSubnetGroups(input),
        "DescribeEvents" => DescribeEvents(input),
        "ListTags" => ListTags(input),
        _ => throw new UnreachableException($"{operation} is in the model and has no handler."),
    };

    private ServiceAnswer DescribeClusters(JsonElement input)
    {
        DaxCluster now = cluster();
        return Inputs.Texts(input, "ClusterNames")?.FirstOrDefault(name => name != now.Name) is { } absent
            ? new ServiceFault("ClusterNotFoundFault", $"Cluster {absent} not found.")
            : Page(input, "Clusters", [Describe(now)]);
    }

    private static JsonObject Describe(DaxCluster now)
    {
        JsonArray nodes = JsonLists.Of(now.Nodes.Select(node => new JsonObject
        {
            ["NodeId"] = node.Id,
            ["Endpoint"] = EndpointOf(node, now.IsEncrypted),
            ["NodeCreateTime"] = Timestamps.ToJson(now.StartedAt),
            ["AvailabilityZone"] = now.Zone,
            ["NodeStatus"] = "available",
            ["ParameterGroupStatus"] = "in-sync",
        }));
        JsonObject described = new()
        {
            ["ClusterName"] = now.Name,
            ["Description"] = "DaxProxy",
            ["ClusterArn"] = now.Arn,
            ["TotalNodes"] = now.Nodes.Count,
            ["ActiveNodes"] = now.Nodes.Count,
            ["NodeType"] = "daxproxy",
            ["Status"] = "available",
            ["Nodes"] = nodes,
            ["PreferredMaintenanceWindow"] = "sun:00:00-sun:01:00",
            ["SubnetGroup"] = SubnetGroup,
            ["SecurityGroups"] = new JsonArray(),
            ["IamRoleArn"] = now.RoleArn,
            ["ParameterGroup"] = new JsonObject
            {
                ["ParameterGroupName"] = ParameterGroup, ["ParameterApplyStatus"] = "in-sync", ["NodeIdsToReboot"] = new JsonArray(),
            },
            ["SSEDescription"] = new JsonObject { ["Status"] = "DISABLED" },
            ["ClusterEndpointEncryptionType"] = now.IsEncrypted ? "TLS" : "NONE",
            ["NetworkType"] = "ipv4",
        };
        if (now.Nodes.Count > 0)
        {
            described["ClusterDiscoveryEndpoint"] = EndpointOf(now.Nodes[0], now.IsEncrypted);
        }

        return described;
    }

    private static JsonObject EndpointOf(DaxClusterNode node, bool isEncrypted) => new()
    {
        ["Address"] = node.Address,
        ["Port"] = node.Port,
        ["URL"] = string.Create(CultureInfo.InvariantCulture, $"{(isEncrypted ? "daxs" : "dax")}://{node.Address}:{node.Port}"),
    };

    private static ServiceAnswer DescribeParameterGroups(JsonElement input)
    {
        string[] known = [ParameterGroup, DefaultGroup];
        IReadOnlyList<string>? wanted = Inputs.Texts(input, "ParameterGroupNames");
        return wanted?.FirstOrDefault(name => !known.Contains(name)) is { } absent
            ? new ServiceFault("ParameterGroupNotFoundFault", $"Parameter group {absent} not found.")
            : Page(input, "ParameterGroups", [.. known.Where(name => wanted is null || wanted.Contains(name)).Select(name => new JsonObject
            {
                ["ParameterGroupName"] = name,
                ["Description"] = name == DefaultGroup ? "Default parameter group for dax1.0" : "What this process is configured with",
            })]);
    }

    private ServiceAnswer DescribeParameters(JsonElement input)
    {
        DaxCluster now = cluster();
        return Inputs.Text(input, "ParameterGroupName") switch
        {
            ParameterGroup => Page(input, "Parameters", Parameters(now.RecordTimeToLive, now.QueryTimeToLive)),
            DefaultGroup => Page(input, "Parameters", Parameters(DaxCluster.DefaultTimeToLive, DaxCluster.DefaultTimeToLive)),
            var absent => new ServiceFault("ParameterGroupNotFoundFault", $"Parameter group {absent} not found."),
        };
    }

    private static List<JsonObject> Parameters(TimeSpan record, TimeSpan query)
    {
        return
        [
            Parameter("query-ttl-millis", query, "Duration in milliseconds for queries to remain cached"),
            Parameter("record-ttl-millis", record, "Duration in milliseconds for records to remain valid in cache (Default: 0 = infinite)"),
        ];

        static JsonObject Parameter(string name, TimeSpan value, string description) => new()
        {
            ["ParameterName"] = name,
            ["ParameterType"] = "DEFAULT",
            ["ParameterValue"] = ((long)value.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
            ["NodeTypeSpecificValues"] = new JsonArray(),
            ["Description"] = description,
            ["Source"] = value == DaxCluster.DefaultTimeToLive ? "system" : "user",
            ["DataType"] = "integer",
            ["AllowedValues"] = "0-",
            ["IsModifiable"] = "FALSE",
            ["ChangeType"] = "REQUIRES_REBOOT",
        };
    }

    private ServiceAnswer DescribeSubnetGroups(JsonElement input)
    {
        IReadOnlyList<string>? wanted = Inputs.Texts(input, "SubnetGroupNames");
        return wanted?.FirstOrDefault(name => name != SubnetGroup) is { } absent
            ? new ServiceFault("SubnetGroupNotFoundFault", $"Subnet group {absent} not found.")
            : Page(input, "SubnetGroups",
            [
                new JsonObject
                {
                    ["SubnetGroupName"] = SubnetGroup,
                    ["Description"] = "There are no subnets here",
                    ["VpcId"] = "vpc-00000000",
                    ["Subnets"] = JsonLists.Of(
                    [
                        new JsonObject { ["SubnetIdentifier"] = "subnet-00000000", ["SubnetAvailabilityZone"] = cluster().Zone },
                    ]),
                },
            ]);
    }

    private ServiceAnswer DescribeEvents(JsonElement input)
    {
        DaxCluster now = cluster();
        DateTimeOffset end = Timestamps.Of(input, "EndTime") ?? time.GetUtcNow();
        TimeSpan duration = TimeSpan.FromMinutes(Math.Clamp(Inputs.Integer(input, "Duration") ?? DefaultMinutes, 0, MaxMinutes));
        DateTimeOffset? start = Timestamps.Of(input, "StartTime");
        bool isWithin = now.StartedAt <= end && (start is null ? end - now.StartedAt <= duration : now.StartedAt >= start);
        string? source = Inputs.Text(input, "SourceName");
        bool isWanted = isWithin && (source is null || source == now.Name) && Inputs.Text(input, "SourceType") is null or "CLUSTER";
        return Page(input, "Events", isWanted
            ?
            [
                new JsonObject
                {
                    ["SourceName"] = now.Name,
                    ["SourceType"] = "CLUSTER",
                    ["Message"] = "Cluster started.",
                    ["Date"] = Timestamps.ToJson(now.StartedAt),
                },
            ]
            : []);
    }

    private ServiceAnswer ListTags(JsonElement input)
    {
        string name = Inputs.Text(input, "ResourceName")!;
        return name == cluster().Arn ? new JsonObject { ["Tags"] = new JsonArray() }
            : name.StartsWith("arn:", StringComparison.Ordinal) ? new ServiceFault("ClusterNotFoundFault", $"Cluster {name} not found.")
            : new ServiceFault("InvalidARNFault", $"{name} is no ARN.");
    }

    /// <summary>No list here is longer than a page.</summary>
    private static ServiceAnswer Page(JsonElement input, string member, List<JsonObject> all) =>
        Inputs.Integer(input, "MaxResults") is < 20 or > MaxResults
            ? new ServiceFault("InvalidParameterValueException", $"MaxResults must be between 20 and {MaxResults}.")
            : Inputs.Text(input, "NextToken") is not null
            ? new ServiceFault("InvalidParameterValueException", "NextToken is not valid.")
            : new JsonObject { [member] = JsonLists.Of(all) };
}
