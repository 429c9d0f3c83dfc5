namespace DaxProxy.Core.Operations;

/// <summary>One DynamoDB verb asked of us, decoded from whichever wire it came by.</summary>
/// <remarks>Belongs to one request; not thread-safe until it has passed its static checks, immutable afterwards.</remarks>
public abstract class Operation
{
    /// <summary>DynamoDB's name of the verb: <c>GetItem</c>.</summary>
    public abstract string Name { get; }
}
