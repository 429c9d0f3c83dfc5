namespace DaxProxy.Conformance.Observing;

/// <summary>A span as it came to a collector.</summary>
/// <param name="Trace">Its trace.</param>
/// <param name="Id">Itself.</param>
/// <param name="Parent">The span that it is in; empty for none.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Kind">2 for a server's, 3 for a client's.</param>
/// <param name="Attributes">What is said of it.</param>
/// <param name="Status">0 for nothing said, 2 for an error.</param>
internal sealed record OtlpSpan(
    string Trace, string Id, string Parent, string Name, int Kind, IReadOnlyDictionary<string, string> Attributes, int Status)
{
    public const int Server = 2;
    public const int Client = 3;

    /// <summary>One attribute; null when it has none of that name.</summary>
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);
}
