using DaxProxy.Core.Errors;

namespace DaxProxy.Policies;

/// <summary>What can be said of a DAX request before it is decoded.</summary>
/// <param name="Refusal">What it is refused with in any case; null where it may be allowed.</param>
/// <param name="Uncertain">
/// What it is refused with for whatever reason it cannot be done, be it that its table is not there, that it does not fit the table, or
/// that it is not allowed; null where it is allowed whatever it says. It is one text, so that it does not tell one from the other.
/// </param>
internal readonly record struct UnreadVerdict(DynamoError? Refusal, DynamoError? Uncertain);
