namespace DaxProxy.Options;

/// <summary>Section <c>Auth</c>: who may call.</summary>
internal sealed record AuthOptions
{
    /// <summary>Number of the account that the embedded engine is.</summary>
    public const string LocalAccountId = "000000000000";

    /// <summary>
    /// How signatures are checked: <c>none</c> wants one that is well formed and verifies nothing, <c>verify</c> wants one made with a key
    /// of <see cref="CredentialsFile"/>. Default none.
    /// </summary>
    public AuthMode Mode { get; init; } = AuthMode.None;

    /// <summary>File of the access keys for <see cref="AuthMode.Verify"/>, in the format of ~/.aws/credentials. Default empty.</summary>
    public string CredentialsFile { get; init; } = "";

    /// <summary>
    /// Folder of the policies that say what each key may do: <c>users/NAME.json</c>, where NAME is the profile of the key,
    /// <c>roles/NAME.json</c> and <c>boundaries/NAME.json</c>. Default empty: every key may do everything.
    /// </summary>
    public string PoliciesFolder { get; init; } = "";

    /// <summary>
    /// Number of the account that users, roles and tables are of in resource names: 12 digits. Of the embedded engine always
    /// 000000000000; in front of a remote backend with policies it must be said.
    /// </summary>
    public string AccountId { get; init; } = "";

    /// <summary><see cref="AccountId"/>, or the engine's where nothing is said.</summary>
    public string EffectiveAccountId => AccountId.Length > 0 ? AccountId : LocalAccountId;

    /// <summary>
    /// Whether clients of the DAX protocol need the actions of DAX alone, as at AWS, and not those of DynamoDB besides. Default false.
    /// </summary>
    public bool DaxActionsOnly { get; init; }

    /// <summary>
    /// File of the 32 bytes, in base64, that sessions of roles are signed with, so that they outlive the process. Default empty: they end
    /// with it.
    /// </summary>
    public string SessionKeyFile { get; init; } = "";
}
