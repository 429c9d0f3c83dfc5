namespace DaxProxy.Core.Operations;

/// <summary>What is known of the effect of a request, where its answer does not say it by itself.</summary>
public enum KnownEffect
{
    /// <summary>
    /// As the answer says: a result means that it happened, a refusal that it did not, a failure of 500 and above that the effect is
    /// unknown.
    /// </summary>
    AsAnswered,

    /// <summary>It certainly changed nothing and never will, whatever the failure: no backend has had the whole of it.</summary>
    None,

    /// <summary>
    /// It may have happened before the answer's own effect, and may still happen, whatever the answer. It was sent several times, and the
    /// outcome of one of them is unknown.
    /// </summary>
    Unknown,
}
