namespace DaxProxy.Options;

/// <summary>How the signatures of requests are checked.</summary>
internal enum AuthMode
{
    /// <summary>A signature must be there and well formed; nothing is verified.</summary>
    None,

    /// <summary>A signature must be true: made with one of the configured keys, for this request, now.</summary>
    Verify,
}
