using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>A read that a client has sent.</summary>
/// <param name="Operation">The read.</param>
/// <param name="Clock">The last acknowledgement before it was sent: nothing older may be shown.</param>
/// <param name="IndexClock">The last acknowledgement that global indexes must have followed by then.</param>
/// <param name="Begun">The last effect there was.</param>
/// <param name="Answer">What it will be told.</param>
/// <param name="Fetch">The call of the backend it waits for, its own or one that it shares; null if it was answered at once.</param>
internal sealed record ClientRead(Operation Operation, int Clock, int IndexClock, int Begun, Task<Reply> Answer, HeldCall? Fetch);
