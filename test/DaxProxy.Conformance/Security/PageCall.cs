namespace DaxProxy.Conformance.Security;

/// <summary>One call of <c>fetch</c> that a page makes.</summary>
/// <param name="Name">What the page calls it in its report.</param>
/// <param name="Url">Where to; may be a path.</param>
/// <param name="Mode"><c>cors</c>, or <c>no-cors</c> for what browsers send without asking first.</param>
/// <param name="Headers">The headers that the page sets.</param>
/// <param name="Body">The body of a POST; null for a GET.</param>
internal sealed record PageCall(string Name, string Url, string Mode, IReadOnlyDictionary<string, string> Headers, string? Body);
