using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations.Streams;

/// <summary>The form of a stream's resource name: <c>arn:aws:dynamodb:region:account:table/name/stream/label</c>.</summary>
internal static class StreamArn
{
    /// <summary>Null when the text has that form; null, too, for no text.</summary>
    public static DynamoError? Check(string? arn)
    {
        if (arn is null)
        {
            return null;
        }

        if (!arn.StartsWith("arn:", StringComparison.Ordinal))
        {
            return StreamFaults.NotAnArn(arn);
        }

        int table = arn.IndexOf(":table/", StringComparison.Ordinal);
        int stream = table < 0 ? -1 : arn.IndexOf("/stream/", table, StringComparison.Ordinal);
        return stream < 0 || !arn.Contains(":dynamodb:", StringComparison.Ordinal) ? StreamFaults.NotAStreamArn(arn) : null;
    }
}
