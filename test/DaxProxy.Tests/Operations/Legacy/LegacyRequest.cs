using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using NUnit.Framework;

namespace DaxProxy.Tests.Operations.Legacy;

/// <summary>
/// Requests of the verbs that take legacy parameters, complete but for the members under test; quotes may be apostrophes.
/// </summary>
internal static class LegacyRequest
{
    public const string Envelope = "1 validation error detected: ";
    public const string Invalid = "One or more parameter values were invalid: ";

    /// <summary>The text of the fault that the static checks find, or null.</summary>
    public static string? FaultOf(string verb, string members, ValidationProfile? profile = null) =>
        Read(verb, members, profile).Error?.Message;

    /// <summary>The operation, which must be good.</summary>
    public static TOperation Good<TOperation>(string members)
        where TOperation : Operation
    {
        (DynamoError? error, Operation? operation) = Read(typeof(TOperation).Name, members, null);
        Assert.That(error, Is.Null);
        return (TOperation)operation!;
    }

    /// <summary>The body of a request to the table <c>Old</c> with a key <c>h</c>, for the item <c>a</c> where there is one.</summary>
    public static string Body(string verb, string members)
    {
        string rest = members.Length == 0 ? "" : "," + members;
        return verb switch
        {
            "BatchGetItem" => $"{{'RequestItems':{{'Old':{{'Keys':[{{'h':{{'S':'a'}}}}]{rest}}}}}}}",
            "PutItem" => $"{{'TableName':'Old','Item':{{'h':{{'S':'a'}}}}{rest}}}",
            "Query" or "Scan" => $"{{'TableName':'Old'{rest}}}",
            _ => $"{{'TableName':'Old','Key':{{'h':{{'S':'a'}}}}{rest}}}",
        };
    }

    private static (DynamoError? Error, Operation? Operation) Read(string verb, string members, ValidationProfile? profile)
    {
        using JsonDocument body = JsonDocument.Parse(Body(verb, members).Replace('\'', '"'));
        DynamoError? error = JsonRequest.TryRead(
            "DynamoDB_20120810." + verb, body.RootElement, profile ?? ValidationProfile.October2026, out Operation? operation);
        return (error, operation);
    }
}
