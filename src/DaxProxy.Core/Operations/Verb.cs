namespace DaxProxy.Core.Operations;

/// <summary>
/// What a verb of the API is, said once, beside its operation. All code that treats verbs differently asks here: what is decoded in front
/// of a remote backend, what is sent again, what the caches forget, what the embedded engine supports.
/// </summary>
/// <param name="name">DynamoDB's name of the verb: <c>GetItem</c>.</param>
public sealed class Verb(string name)
{
    private const string DynamoDb = "DynamoDB_20120810.";
    private const string Streams = "DynamoDBStreams_20120810.";

    private string? target;

    /// <summary>A verb that is not known: it may change anything.</summary>
    public static Verb Unknown { get; } = new(nameof(Unknown)) { Effect = VerbEffect.Unknown };

    /// <summary>DynamoDB's name: <c>GetItem</c>.</summary>
    public string Name { get; } = name;

    /// <summary>Whether it is one of DynamoDB Streams.</summary>
    public bool IsOfStreams { get; init; }

    /// <summary>The value of <c>X-Amz-Target</c>: <c>DynamoDB_20120810.GetItem</c>.</summary>
    public string Target => target ??= (IsOfStreams ? Streams : DynamoDb) + Name;

    /// <summary>Whether it manages tables; the service words some refusals of those differently.</summary>
    public bool IsControlPlane { get; init; }

    /// <summary>What it changes.</summary>
    public VerbEffect Effect { get; init; }

    /// <summary>
    /// The member of its request that names the table which it changes. Of <c>ImportTable</c> it is a structure with a <c>TableName</c>.
    /// </summary>
    public string TableMember { get; init; } = "TableName";

    /// <summary>
    /// Whether its requests are decoded in front of a remote backend too, because the caches understand them. All others reach it as they
    /// were sent.
    /// </summary>
    public bool IsDecoded { get; init; }

    /// <summary>
    /// Whether it is a read that the caches or the proxy itself send, and that can be sent to a remote backend again, or over two
    /// connections at once. What is passed on as it is is sent once.
    /// </summary>
    public bool IsRepeatable { get; init; }

    /// <summary>Whether what policies are made of may be other after a request of this verb than before.</summary>
    public bool ChangesPolicies { get; init; }

    /// <summary>Whether its answer tells how far a bulk operation is.</summary>
    public bool TellsOfBulkOperation { get; init; }

    /// <summary>Whether a refused request of this verb may have done a part.</summary>
    public bool MayDoPart { get; init; }

    /// <summary>How far the embedded engine supports it; <c>docs/compatibility.md</c> has the same.</summary>
    public EngineSupport Support { get; init; }

    /// <summary>Whether a target belongs to DynamoDB or DynamoDB Streams at all.</summary>
    public static bool IsOfService(string target) =>
        target.StartsWith(DynamoDb, StringComparison.Ordinal) || target.StartsWith(Streams, StringComparison.Ordinal);

    /// <summary>
    /// Names or ARNs of the tables that a request of this verb may make, change or remove, or whose items it may change; empty for none,
    /// null when that is not known.
    /// </summary>
    /// <param name="named">The tables that the request names.</param>
    public IReadOnlyList<string>? Changes(IReadOnlyList<string> named) => Effect switch
    {
        VerbEffect.None => [],
        VerbEffect.Items or VerbEffect.ItemsAfterwards or VerbEffect.Tables when named.Count > 0 => named,
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => Name;
}
