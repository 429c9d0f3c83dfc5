using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>A read that a client has sent.</summary>
/// <param name="Operation">The read.</param>
/// <param name="Clock">The last acknowledgement before it was sent: nothing older may be shown.</param>
/// <param name="ReplicaClock">The last acknowledgement that replicas must have followed by then: who is passed by reads from them.</param>
/// <param name="IndexClock">The last acknowledgement that global indexes must have followed by then.</param>
/// <param name="Begun">The last effect there was.</param>
/// <param name="Answer">What it will be told.</param>
/// <param name="PassedBy">Tables that were not known when it was sent: it is passed on, and answered as a direct read is.</param>
/// <param name="Fetch">The call of the backend it waits for, its own or one that it shares; null if it was answered at once.</param>
internal sealed record ClientRead(
    Operation Operation, int Clock, int ReplicaClock, int IndexClock, int Begun, Task<Reply> Answer, IReadOnlyCollection<string> PassedBy,
    HeldCall? Fetch);
