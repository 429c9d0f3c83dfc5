using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>A write that a client has sent.</summary>
/// <param name="Call">The call of the backend.</param>
/// <param name="Answer">What the client will be told.</param>
internal sealed record ClientWrite(HeldCall Call, Task<Reply> Answer);
