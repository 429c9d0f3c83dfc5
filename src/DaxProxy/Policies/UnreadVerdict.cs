using DaxProxy.Core.Errors;

namespace DaxProxy.Policies;

/// <summary>What can be said of a DAX request before it is decoded.</summary>
/// <param name="Refusal">What it is refused with in any case; null where it may be allowed.</param>
/// <param name="Uncertain">
/// The one refusal for all reasons that cannot be told apart yet: the table is not there, the request does not fit it, or it is not
/// allowed. One text for all, so that it gives none of them away. Null where the request is allowed in any case.
/// </param>
internal readonly record struct UnreadVerdict(DynamoError? Refusal, DynamoError? Uncertain);
