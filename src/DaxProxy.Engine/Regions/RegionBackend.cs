using DaxProxy.Core;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Regions;

/// <summary>
/// The engine of one region as one of several: what is asked of its tables goes to it, and what concerns their replicas to the global
/// tables. Thread-safe.
/// </summary>
/// <param name="inner">The engine.</param>
/// <param name="region">Its region.</param>
/// <param name="tables">The global tables.</param>
internal sealed class RegionBackend(IDynamoBackend inner, string region, GlobalTables tables) : IDynamoBackend
{
    /// <inheritdoc/>
    public ReadLag ReadLag => inner.ReadLag;

    /// <inheritdoc/>
    public Func<KeyLayout, AttributeMap, ulong>? ScanOrder => inner.ScanOrder;

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken) => operation switch
    {
        { Verb.IsControlPlane: false } => inner.ExecuteAsync(operation, cancellationToken),
        CreateTable create => tables.CreateAsync(region, inner, create, cancellationToken),
        UpdateTable update => tables.UpdateAsync(region, inner, update, cancellationToken),
        DeleteTable delete => tables.DeleteAsync(region, inner, delete, cancellationToken),
        UpdateTimeToLive update => tables.UpdateTimeToLiveAsync(region, inner, update, cancellationToken),
        DescribeTable => tables.DescribeAsync(region, inner, operation, cancellationToken),
        _ => inner.ExecuteAsync(operation, cancellationToken),
    };
}
