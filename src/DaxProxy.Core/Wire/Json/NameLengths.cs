using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Json.Model;

namespace DaxProxy.Core.Wire.Json;

/// <summary>
/// How long names of tables and indexes may be, and what the control plane says of them before it looks at the model's constraints.
/// Sources: answers recorded by dynalite's tests, and by a public probe of the control plane in October 2026.
/// </summary>
internal static class NameLengths
{
    /// <summary>The members that are judged first in every profile, and what their faults call them.</summary>
    private static readonly (string Member, string Name)[] AlwaysFirst =
        [("IndexName", "IndexName"), ("GlobalTableName", "TableName"), ("TargetTableName", "TableName")];

    /// <summary>Whether a text is too long to be a name. Resource names have a limit of their own.</summary>
    public static bool IsTooLong(string text) => text.Length > TableNames.MaxLength && !TableNames.IsArn(text);

    /// <summary>Checks a request of the control plane whose kinds are right.</summary>
    public static DynamoError? Check(InputShape shape, JsonElement request, ValidationProfile profile)
    {
        if (shape.Required.Contains("TableName"))
        {
            if (request.Text("TableName") is not { } table)
            {
                return TableFaults.NoTableName;
            }

            if (profile.ChecksTableNamesFirst && !Suits(table))
            {
                return TableFaults.NameLength("TableName");
            }
        }

        foreach ((string member, string name) in AlwaysFirst)
        {
            if (shape.MembersByName.ContainsKey(member) && request.Text(member) is { } text && !Suits(text))
            {
                return TableFaults.NameLength(name);
            }
        }

        return null;
    }

    private static bool Suits(string text) => text.Length >= TableNames.MinLength && !IsTooLong(text);
}
