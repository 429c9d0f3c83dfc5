namespace DaxProxy.Conformance.Dax;

/// <summary>A refusal as it stands in an answer.</summary>
internal sealed class DaxRefusal(IReadOnlyList<int> codes, string id, string name, string text) : Exception($"{name}: {text}")
{
    /// <summary>The numbers that clients go by.</summary>
    public IReadOnlyList<int> Codes => codes;

    /// <summary>The request's id.</summary>
    public string Id => id;

    /// <summary>DynamoDB's name of it.</summary>
    public string Name => name;
}
