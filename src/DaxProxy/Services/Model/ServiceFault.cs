namespace DaxProxy.Services.Model;

/// <summary>A refusal of a service, in its own words.</summary>
/// <param name="Name">The exception's name in the model: <c>ValidationException</c>.</param>
/// <param name="Message">The text.</param>
/// <param name="StatusCode">HTTP status.</param>
/// <remarks>Immutable.</remarks>
internal sealed record ServiceFault(string Name, string Message, int StatusCode = StatusCodes.Status400BadRequest)
{
    /// <summary>What the query protocol calls it, where that is another name.</summary>
    public string QueryCode { get; init; } = Name;
}
