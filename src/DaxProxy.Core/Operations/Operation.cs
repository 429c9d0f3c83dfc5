using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>One DynamoDB verb asked of us, decoded from whichever wire it came by.</summary>
/// <remarks>
/// Belongs to one request. A wire fills in what was sent; <see cref="Validate"/> checks it without knowing any table and compiles its
/// expressions; from then on it is immutable, and only then a backend may see it.
/// </remarks>
/// <param name="verb">What was asked.</param>
public abstract class Operation(Verb verb)
{
    private const string Envelope = "1 validation error detected: ";

    /// <summary>What was asked.</summary>
    public Verb Verb { get; } = verb;

    /// <summary>DynamoDB's name of the verb: <c>GetItem</c>.</summary>
    public string Name => Verb.Name;

    /// <summary>
    /// Names or ARNs of the tables that the request names, of verbs that the caches, the bulkheads or the backends ask for them; empty for
    /// all others.
    /// </summary>
    public virtual IReadOnlyList<string> TableNames => [];

    /// <inheritdoc cref="Verb.Changes"/>
    public virtual IReadOnlyList<string>? ChangedTables => Verb.Effect == VerbEffect.None ? [] : Verb.Changes(TableNames);

    /// <summary>
    /// The resource that permission is asked for. Null for a request made of parts, each with a resource of its own, and where it is not
    /// known.
    /// </summary>
    public virtual OperationResource? Resource => null;

    /// <summary>
    /// Most bytes of items that its answer can hold; 0 for one that holds none. Source: the limits in the service's documentation.
    /// </summary>
    public virtual long MaxReplyItemBytes => 0;

    /// <summary>
    /// Where the caches say what they did and why; null when the client did not ask for that. Set by the wire before anything else happens.
    /// </summary>
    public Explanation? Explanation { get; set; }

    /// <summary>
    /// What its client wants to go wrong with it; null for nothing. Set by the wire before anything else happens, where clients may.
    /// </summary>
    public SimulatedFaults? Faults { get; set; }

    /// <summary>
    /// Makes the checks that need no table, in the service's order, and compiles what they parse. Null when the operation may go on.
    /// </summary>
    public DynamoError? Validate(ValidationLayer layer) => Worded(CheckStatically(layer), layer);

    /// <summary>The error of a static check as the layer words it.</summary>
    internal static DynamoError? Worded(DynamoError? error, ValidationLayer layer) =>
        error is { Name: "ValidationException", Message: { } text } && layer == ValidationLayer.Enveloped
            && !text.StartsWith(Envelope, StringComparison.Ordinal)
            ? error with { Message = Envelope + text }
            : error;

    /// <summary>The verb's own static checks; texts come without the envelope of <see cref="ValidationLayer.Enveloped"/>.</summary>
    protected abstract DynamoError? CheckStatically(ValidationLayer layer);
}
