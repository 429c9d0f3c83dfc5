using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations.Legacy;

/// <summary>The first static check of every verb that has both: a request speaks in expressions or in legacy parameters.</summary>
internal static class ParameterMix
{
    /// <summary>Checks which parameters were given; both lists are in the service's order.</summary>
    public static DynamoError? Check(
        ReadOnlySpan<(string Name, bool IsGiven)> nonExpressions, ReadOnlySpan<(string Name, bool IsGiven)> expressions) =>
        Given(nonExpressions) is { } legacy && Given(expressions) is { } modern ? LegacyFaults.Mixed(legacy, modern) : null;

    private static List<string>? Given(ReadOnlySpan<(string Name, bool IsGiven)> parameters)
    {
        List<string>? given = null;
        foreach ((string name, bool isGiven) in parameters)
        {
            if (isGiven)
            {
                (given ??= []).Add(name);
            }
        }

        return given;
    }
}
