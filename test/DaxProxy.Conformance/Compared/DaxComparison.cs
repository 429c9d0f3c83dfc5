using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Conformance.Compared;

/// <summary>Compares what a server answers in JSON with what an equal one answers over DAX, and counts. Thread-safe.</summary>
/// <param name="onDifference">Told of each difference.</param>
internal sealed partial class DaxComparison(Action<string> onDifference)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly VolatileText ids = new();
    private int compared;
    private int unsent;

    /// <summary>A request that names things by the ids of the first server, as the client of the second would send it.</summary>
    public byte[] Translate(byte[] request)
    {
        string text = Encoding.UTF8.GetString(request);
        string translated = ids.Translate(text);
        return ReferenceEquals(text, translated) ? request : Encoding.UTF8.GetBytes(translated);
    }

    /// <summary>Notes by which ids the two name the same, from their answers to a request that was not sent over DAX.</summary>
    public void Learn(Answer direct, Answer cached) => ids.Learn(cached.Text, direct.Text);

    /// <summary>Notes a request that the client refuses by itself.</summary>
    public void NoteUnsent() => Interlocked.Increment(ref unsent);

    /// <summary>Whether two answers to one request say the same, as far as the protocol can.</summary>
    public static bool IsSame(Answer direct, JsonNode told, bool isRead)
    {
        string one = Normal(direct, isRead), other = Normal(told, isRead);
        return one == other || IsOfTheProtocol(direct, one, other);
    }

    /// <summary>Compares two answers to one request.</summary>
    public void Compare(ComparedRequest request, Answer direct, JsonNode told, bool isRead)
    {
        Interlocked.Increment(ref compared);
        if (!IsSame(direct, told, isRead))
        {
            onDifference(
                $"{request.Target} in {request.Test}\n  request {request.Body}\n  JSON {Normal(direct, isRead)}\n  DAX  {Normal(told, isRead)}");
        }
    }

    /// <summary>What was found so far.</summary>
    public override string ToString() => $"{compared} answers compared, {unsent} requests refused by the client";

    /// <summary>
    /// Whether answers differ because the protocol does. A client asks for the key of a table before it sends anything, so an unknown table
    /// is what is told first. It sends the attributes of keys and no others, so those are no fault. Numbers in keys are sent as numbers, so
    /// that a server cannot tell two spellings of one from the same key twice. Clients send ALL_ATTRIBUTES where their user did not ask for
    /// it, so it means nothing. Only JSON has the reader of deeply nested requests.
    /// </summary>
    private static bool IsOfTheProtocol(Answer direct, string json, string dax) =>
        (direct.Status != 200 && dax.StartsWith("ResourceNotFoundException: ", StringComparison.Ordinal))
        || (json.StartsWith("ValidationException: The provided key element does not match the schema", StringComparison.Ordinal) && dax.StartsWith('{'))
        || (json.StartsWith("ValidationException: The provided starting key is invalid", StringComparison.Ordinal) && dax.StartsWith('{'))
        || (json.Contains(": Select type ALL_ATTRIBUTES is not supported for global secondary index", StringComparison.Ordinal) && dax.StartsWith('{'))
        || (direct.Status == 200 && dax == "ValidationException: Provided list of item keys contains duplicates")
        || (json.StartsWith("ValidationException: Nesting Levels", StringComparison.Ordinal)
            && dax == json.Replace(": Nesting", ": 1 validation error detected: Nesting", StringComparison.Ordinal));

    private static string Normal(Answer answer, bool isRead)
    {
        if (answer.Status == 200)
        {
            return PlainAnswer(answer.Text, isRead);
        }

        JsonNode error = JsonNode.Parse(answer.Text)!;
        return $"{((string)error["__type"]!).Split('#')[^1]}: {(string?)error["message"] ?? (string?)error["Message"]}";
    }

    private static string Normal(JsonNode told, bool isRead)
    {
        if (told["error"] is not { } error)
        {
            return PlainAnswer(told["answer"]!.ToJsonString(Readable), isRead);
        }

        // This client puts the name in front of the text.
        string name = $"{error["name"]}", message = $"{error["message"]}";
        return message.StartsWith(name + ": ", StringComparison.Ordinal) ? message : $"{name}: {message}";
    }

    /// <summary>
    /// An answer without what the protocol has no place for, and for a read without the figures of capacity, of which what a cache answers
    /// takes none.
    /// </summary>
    private static string PlainAnswer(string text, bool isRead)
    {
        string plain = VectorBytes().Replace(PlainOrder.Of(PlainNumbers(text)), "");
        return isRead ? VolatileText.MaskCapacity(plain) : plain;
    }

    /// <summary>Numbers in one spelling: a client adds the attributes of keys to items by itself, as it was given them.</summary>
    private static string PlainNumbers(string text) => Numbers().Replace(text, numbers => Digits().Replace(
        numbers.Value, digits => Number.TryParse(digits.Value, out Number number) == NumberFault.None ? number.ToString() : digits.Value));

    [GeneratedRegex("""(?<="N":")[^"]+(?=")|(?<="NS":\[)[^\]]+(?=\])""")]
    private static partial Regex Numbers();

    [GeneratedRegex(""","VectorIndexes":\{("[^"]+":\{"[^}]*\},?)*\}""")]
    private static partial Regex VectorBytes();

    [GeneratedRegex("""[0-9+.eE-]+""")]
    private static partial Regex Digits();
}
