using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Wire.Dax.Writing;

/// <summary>Refusals.</summary>
/// <remarks>
/// <code>
/// error   = [ code … ] message [ requestId, name, status ] | [ requestId, name, status, [ reason … ] ]
/// reason  = code, message | null, values | null           ; three places of the array for each part of the transaction
/// </code>
/// The message is always a text: two clients break on anything else. Source: the error decoders of the public clients.
/// </remarks>
internal static class ErrorWriter
{
    private const int InfoItems = 3;

    /// <summary>Writes a refusal.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="error">The refusal.</param>
    /// <param name="requestId">The name of the request.</param>
    /// <param name="schemas">The key of the table of each part of a transaction; null for what is none.</param>
    public static void Write(AnswerWriter writer, DynamoError error, string requestId, IReadOnlyList<KeySchema>? schemas)
    {
        IReadOnlyList<int> codes = DaxErrorCodes.Of(error);
        writer.Cbor.BeginArray(codes.Count);
        foreach (int code in codes)
        {
            writer.Cbor.Int(code);
        }

        writer.Cbor.Text(error.Message ?? "");
        bool hasReasons = error.CancellationReasons is not null && error.CancellationReasons.Count == schemas?.Count;
        writer.Cbor.BeginArray(hasReasons ? InfoItems + 1 : InfoItems);
        writer.Cbor.Text(requestId);
        writer.Cbor.Text(error.Name);
        writer.Cbor.Int(error.StatusCode);
        if (hasReasons)
        {
            WriteReasons(writer, error.CancellationReasons!, schemas!);
        }
    }

    private static void WriteReasons(AnswerWriter writer, IReadOnlyList<CancellationReason> reasons, IReadOnlyList<KeySchema> schemas)
    {
        writer.Cbor.BeginArray(3 * reasons.Count);
        for (int i = 0; i < reasons.Count; i++)
        {
            writer.Cbor.Text(reasons[i].Code);
            writer.Cbor.OptionalText(reasons[i].Message);
            if (reasons[i].Item is { } item)
            {
                writer.Values(item.Open(), schemas[i]);
            }
            else
            {
                writer.Cbor.Null();
            }
        }
    }
}
