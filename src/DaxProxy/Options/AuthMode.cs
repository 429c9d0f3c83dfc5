namespace DaxProxy.Options;

/// <summary>How the signatures of requests are checked.</summary>
public enum AuthMode
{
    /// <summary>A signature must be there and well formed; nothing is verified.</summary>
    None,
}
