namespace DaxProxy.Core.Items;

/// <summary>
/// A value of a request as a wire decoded it, or the text that says what is wrong with it. A fault is carried along, because the service
/// reports it only when its turn comes among the static checks.
/// </summary>
/// <param name="Value">The value; null exactly when there is a fault.</param>
/// <param name="Fault">Text of a <c>ValidationException</c>, without any prefix; null when the value is good.</param>
public readonly record struct Decoded<T>(T? Value, string? Fault)
    where T : class
{
    /// <summary>A good value.</summary>
    public static implicit operator Decoded<T>(T value) => new(value, null);
}
