namespace DaxProxy.Options;

/// <summary>Section <c>Auth</c>: who may call.</summary>
public sealed record AuthOptions
{
    /// <summary>How signatures are checked: <c>none</c> wants one that is well formed and verifies nothing. Default none.</summary>
    public AuthMode Mode { get; init; } = AuthMode.None;
}
