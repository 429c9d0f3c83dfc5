namespace DaxProxy.Conformance.Compared;

/// <summary>A request whose answers were compared.</summary>
/// <param name="Test">The test that sent it.</param>
/// <param name="Target">The value of <c>X-Amz-Target</c>.</param>
/// <param name="Body">The body.</param>
internal sealed record ComparedRequest(string Test, string Target, string Body);
