namespace DaxProxy.Core.Errors;

/// <summary>
/// Which generation of DynamoDB's request validation words the static checks of an operation. AWS replaces the older one operation by
/// operation; types never differ, texts do.
/// </summary>
public enum ValidationLayer
{
    /// <summary>The classic texts.</summary>
    Older,

    /// <summary>The texts since June 2026.</summary>
    Current,

    /// <summary>As <see cref="Current"/>, and every static text begins <c>1 validation error detected: </c>.</summary>
    Enveloped,
}
