namespace DaxProxy.Options;

/// <summary>Kinds of backend.</summary>
public enum BackendKind
{
    /// <summary>The bundled engine.</summary>
    Local,
}
