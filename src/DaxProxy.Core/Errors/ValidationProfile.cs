namespace DaxProxy.Core.Errors;

/// <summary>
/// Which operation is checked and worded by which <see cref="ValidationLayer"/>. AWS moves operations over one by one.
/// </summary>
public sealed class ValidationProfile
{
    private readonly Dictionary<string, ValidationLayer> layers;

    private ValidationProfile(string name, Dictionary<string, ValidationLayer> layers)
    {
        Name = name;
        this.layers = layers;
    }

    /// <summary>As most regions answered in October 2026; the default.</summary>
    public static ValidationProfile October2026 { get; } = new("2026-10", new(StringComparer.Ordinal)
    {
        ["PutItem"] = ValidationLayer.Enveloped,
        ["UpdateItem"] = ValidationLayer.Enveloped,
        ["DeleteItem"] = ValidationLayer.Enveloped,
        ["GetItem"] = ValidationLayer.Current,
        ["BatchGetItem"] = ValidationLayer.Current,
        ["Query"] = ValidationLayer.Current,
    })
    { LimitsCharges = true };

    /// <summary>As all regions answered before June 2026.</summary>
    public static ValidationProfile Classic { get; } = new("classic", []) { ChecksTableNamesFirst = true };

    /// <summary>Every profile.</summary>
    public static IReadOnlyList<ValidationProfile> All { get; } = [October2026, Classic];

    /// <summary>The profile's name in the configuration.</summary>
    public string Name { get; }

    /// <summary>
    /// Whether UpdateItem also limits what it charges for an UpdateExpression as it was sent. Ten regions did not in September 2026: those
    /// that then still had the older layer. Source: paritysuite/dynamodb-conformance, <c>itemSizeBySurface.test.ts</c>.
    /// </summary>
    public bool LimitsCharges { get; private init; }

    /// <summary>
    /// Whether the control plane judges the length of a table's name before anything else, in words of its own. Source: answers that
    /// dynalite's tests recorded; those of June 2026 are a constraint's.
    /// </summary>
    public bool ChecksTableNamesFirst { get; private init; }

    /// <summary>The layer that words this operation's static checks.</summary>
    public ValidationLayer LayerOf(string operationName) => layers.GetValueOrDefault(operationName, ValidationLayer.Older);
}
