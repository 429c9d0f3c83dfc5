namespace DaxProxy.Core.Wire.Json.Model;

/// <summary>One operation of the API model.</summary>
/// <param name="Name">Its name: <c>GetItem</c>.</param>
/// <param name="Input">The shape of its request.</param>
internal sealed record InputOperation(string Name, InputShape Input);
