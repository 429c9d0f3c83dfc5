namespace DaxProxy.Tests.Engine.Proof;

/// <summary>
/// One thing done to the engine and the model. Made in full before a case runs, so that a case can be run again without some of its steps.
/// </summary>
internal abstract record Step
{
    /// <summary>Does it and compares.</summary>
    /// <exception cref="ProofException">Engine and model disagree.</exception>
    public abstract Task RunAsync(ProofWorld world);
}
