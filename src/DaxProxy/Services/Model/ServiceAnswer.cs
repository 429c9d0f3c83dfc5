using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace DaxProxy.Services.Model;

/// <summary>What a service answers: a result or a refusal.</summary>
/// <param name="Result">The result; null for a refusal.</param>
/// <param name="Fault">The refusal; null for a result.</param>
internal readonly record struct ServiceAnswer(JsonObject? Result, ServiceFault? Fault)
{
    /// <summary>A result without members.</summary>
    public static ServiceAnswer Empty => new([], null);

    [SuppressMessage("Usage", "CA2225", Justification = "A handler returns either; the constructor is the other way to say so.")]
    public static implicit operator ServiceAnswer(JsonObject result) => new(result, null);

    [SuppressMessage("Usage", "CA2225", Justification = "A handler returns either; the constructor is the other way to say so.")]
    public static implicit operator ServiceAnswer(ServiceFault fault) => new(null, fault);
}
