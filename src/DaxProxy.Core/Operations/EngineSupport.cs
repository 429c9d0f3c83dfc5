namespace DaxProxy.Core.Operations;

/// <summary>How far the embedded engine supports a verb.</summary>
public enum EngineSupport
{
    /// <summary>Answers as the service would, also where the answer is that there is nothing of the kind.</summary>
    Full,

    /// <summary>Checks, keeps and reports a setting that has no effect here.</summary>
    Stored,

    /// <summary>Checks the request as the service does, and then says that it cannot.</summary>
    Refused,
}
