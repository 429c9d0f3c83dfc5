namespace DaxProxy.Core.Policies;

/// <summary>The requests that may be answered from their bytes.</summary>
public enum PeekUse
{
    /// <summary>GetItem as JSON.</summary>
    JsonGetItem,

    /// <summary>Query as JSON.</summary>
    JsonQuery,

    /// <summary>GetItem of a DAX client.</summary>
    DaxGetItem,
}
