namespace DaxProxy.Options;

/// <summary>Section <c>Admin</c>: who may use the admin port.</summary>
internal sealed record AdminOptions
{
    /// <summary>
    /// File with a secret, one line, that every request to the admin port must bring as <c>Authorization: Bearer …</c>, but for those of
    /// health; empty for none. A changed file is read again. Default empty.
    /// </summary>
    public string Token { get; init; } = "";

    /// <summary>
    /// PEM file of the authorities that sign the certificates of operators: every request to the admin port must come over a connection
    /// that has shown one, but for those of health. Needs <see cref="ListenOptions.TlsOnly"/>. A changed file is read again. Empty for no
    /// such certificates. Default empty.
    /// </summary>
    public string ClientCaFile { get; init; } = "";
}
