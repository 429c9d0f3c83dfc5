namespace DaxProxy.Options;

/// <summary>Section <c>Auth</c>: who may call.</summary>
internal sealed record AuthOptions
{
    /// <summary>
    /// How signatures are checked: <c>none</c> wants one that is well formed and verifies nothing, <c>verify</c> wants one made with a key
    /// of <see cref="CredentialsFile"/>. Default none.
    /// </summary>
    public AuthMode Mode { get; init; } = AuthMode.None;

    /// <summary>File of the access keys for <see cref="AuthMode.Verify"/>, in the format of ~/.aws/credentials. Default empty.</summary>
    public string CredentialsFile { get; init; } = "";
}
