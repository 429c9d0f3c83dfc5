using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Wire.Dax;

/// <summary>The numbers by which DAX clients know exceptions.</summary>
public static class DaxErrorCodes
{
    /// <summary>The sequence of an exception.</summary>
    public static IReadOnlyList<int> Of(DynamoError error) => throw new NotImplementedException();
}
