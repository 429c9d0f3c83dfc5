namespace DaxProxy.Bench.Load;

/// <summary>What a run of <c>load</c> measures and how.</summary>
internal sealed record LoadPlan
{
    /// <summary>The operation sent: GetItem, PutItem or Query.</summary>
    public required string Operation { get; init; }

    /// <summary>
    /// Whether the proxy over DAX is measured against the same proxy over JSON, instead of JSON against a constant reply.
    /// </summary>
    public required bool IsDax { get; init; }

    /// <summary>Whether the item cache is off, so that the engine does the work.</summary>
    public required bool NoCache { get; init; }

    /// <summary>Whether the proxy verifies signatures.</summary>
    public required bool Verify { get; init; }

    /// <summary>Statements of the policy of the key that signs, where signatures are verified; empty for no policies at all.</summary>
    public string Statements { get; init; } = "";

    /// <summary>Whether the reply is compared with one that goes through no ASP.NET Core middleware at all.</summary>
    public required bool Bare { get; init; }

    /// <summary>Connections, each with one request under way.</summary>
    public required int Connections { get; init; }

    /// <summary>Length of a round of one server.</summary>
    public required double Seconds { get; init; }

    /// <summary>Rounds of each server.</summary>
    public required int Rounds { get; init; }

    /// <summary>Bytes of an item as DynamoDB counts them.</summary>
    public required int ItemBytes { get; init; }

    /// <summary>Different items that are asked for in turn.</summary>
    public required int Items { get; init; }

    /// <summary>What is measured, in words.</summary>
    public string Title => Load + (Verify ? ", signature verified" : "");

    /// <summary>Who is measured, and against whom.</summary>
    public (string Ours, string Theirs) Names => IsDax ? ("DAX", "JSON") : ("DaxProxy", "constant reply" + (Bare ? " (bare)" : ""));

    private string Load => (Operation, NoCache) switch
    {
        ("PutItem", false) => "PutItem, durable",
        ("PutItem", true) => "engine PutItem, durable",
        (_, false) => $"cached {Operation}",
        _ => $"engine {Operation}",
    };
}
