using System.Collections.Frozen;
using System.Diagnostics;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;

namespace DaxProxy.Engine;

/// <summary>
/// The operations about what the engine does not have: global tables and Kinesis destinations. Reading verbs answer truthfully that there
/// is nothing. The others first say what the service would say of the request, then that they cannot.
/// </summary>
internal sealed class AbsentFeatureHandler(EngineCatalog catalog)
{
    private static readonly FrozenDictionary<Verb, Func<AbsentFeatureHandler, OpaqueOperation, Reply>> Reading =
        new Dictionary<Verb, Func<AbsentFeatureHandler, OpaqueOperation, Reply>>
        {
            [OpaqueVerbs.ListGlobalTables] = static (_, _) => new EmptyListReply("GlobalTables"),
            [OpaqueVerbs.DescribeGlobalTable] = static (_, request) =>
                new ErrorReply(AbsentFeatureFaults.GlobalTableNotFound(request.TableName)),
            [OpaqueVerbs.DescribeGlobalTableSettings] = static (_, request) =>
                new ErrorReply(AbsentFeatureFaults.GlobalTableNotFound(request.TableName)),
            [OpaqueVerbs.DescribeTableReplicaAutoScaling] = static (_, request) =>
                new ErrorReply(AbsentFeatureFaults.NotReplicated(request.TableName)),
            [OpaqueVerbs.DescribeKinesisStreamingDestination] = static (handler, request) => handler.Exists(request)
                ? new EmptyListReply("KinesisDataStreamDestinations") { TableName = request.TableName }
                : new ErrorReply(TableFaults.TableNotFound(request.TableName)),
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<Verb, Func<AbsentFeatureHandler, OpaqueOperation, DynamoError>> Refusals =
        new Dictionary<Verb, Func<AbsentFeatureHandler, OpaqueOperation, DynamoError>>
        {
            [OpaqueVerbs.CreateGlobalTable] = static (_, _) => AbsentFeatureFaults.LegacyGlobalTable,
            [OpaqueVerbs.UpdateGlobalTable] = static (_, request) => AbsentFeatureFaults.GlobalTableNotFound(request.TableName),
            [OpaqueVerbs.UpdateGlobalTableSettings] = static (_, request) => AbsentFeatureFaults.GlobalTableNotFound(request.TableName),
            [OpaqueVerbs.UpdateTableReplicaAutoScaling] = static (_, request) => AbsentFeatureFaults.NotReplicated(request.TableName),
            [OpaqueVerbs.EnableKinesisStreamingDestination] = static (handler, request) => handler.Exists(request)
                ? AbsentFeatureFaults.Refused(request.Name, "Kinesis destinations")
                : TableFaults.TableNotFound(request.TableName),
            [OpaqueVerbs.DisableKinesisStreamingDestination] = static (handler, request) => handler.Exists(request)
                ? AbsentFeatureFaults.NoKinesisToDisable
                : TableFaults.TableNotFound(request.TableName),
            [OpaqueVerbs.UpdateKinesisStreamingDestination] = static (handler, request) => handler.Exists(request)
                ? AbsentFeatureFaults.NoKinesisToUpdate(request.TableName, request.Arn)
                : TableFaults.TableNotFound(request.TableName),
        }.ToFrozenDictionary();

    /// <summary>What is answered or refused here.</summary>
    public static IEnumerable<Verb> Verbs => Reading.Keys.Concat(Refusals.Keys);

    public Reply Execute(OpaqueOperation request) =>
        Reading.TryGetValue(request.Verb, out Func<AbsentFeatureHandler, OpaqueOperation, Reply>? read) ? read(this, request)
        : Refusals.TryGetValue(request.Verb, out Func<AbsentFeatureHandler, OpaqueOperation, DynamoError>? refuse)
        ? new ErrorReply(refuse(this, request))
        : throw new UnreachableException($"{request.Name} is neither answered nor refused.");

    private bool Exists(OpaqueOperation request) => catalog.FindAny(request.TableName, out _) is not null;
}
