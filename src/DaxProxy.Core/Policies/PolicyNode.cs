using System.Text.Json;

namespace DaxProxy.Core.Policies;

/// <summary>A value of a JSON document that knows its line. The parser of the framework does not keep lines.</summary>
/// <remarks>Immutable once read. At most <see cref="MaxDepth"/> levels deep.</remarks>
public sealed class PolicyNode
{
    /// <summary>Deepest nesting that is read; a policy needs seven levels, in a list within an identity nine.</summary>
    public const int MaxDepth = 16;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Skip };

    private readonly List<KeyValuePair<string, PolicyNode>> members = [];
    private readonly List<PolicyNode> elements = [];

    private PolicyNode(JsonTokenType kind, int line, string text)
    {
        Kind = kind;
        Line = line;
        Text = text;
    }

    /// <summary>The token it begins with.</summary>
    public JsonTokenType Kind { get; }

    /// <summary>Its line, from 1.</summary>
    public int Line { get; }

    /// <summary>The text of a string; of a number, true or false as it is written; otherwise empty.</summary>
    public string Text { get; }

    /// <summary>The members of an object in the order written.</summary>
    public IReadOnlyList<KeyValuePair<string, PolicyNode>> Members => members;

    /// <summary>The elements of an array.</summary>
    public IReadOnlyList<PolicyNode> Elements => elements;

    /// <summary>Whether it is an object.</summary>
    public bool IsObject => Kind == JsonTokenType.StartObject;

    /// <summary>Whether it is an array.</summary>
    public bool IsArray => Kind == JsonTokenType.StartArray;

    /// <summary>The member of this name; null for none.</summary>
    public PolicyNode? this[string name] => members.Find(member => member.Key == name).Value;

    /// <summary>Reads a document.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="fault">What is wrong; null exactly when a node is returned.</param>
    public static PolicyNode? TryRead(ReadOnlySpan<byte> utf8, out PolicyFault? fault)
    {
        fault = null;
        Utf8JsonReader reader = new(utf8, Options);
        try
        {
            reader.Read();
            PolicyNode root = Read(ref reader, utf8, out fault);
            if (fault is null && reader.Read())
            {
                fault = new PolicyFault(LineOf(utf8, reader.TokenStartIndex), "something stands behind the end of the document, remove it");
            }

            return fault is null ? root : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second: half a surrogate pair, or bytes that are no UTF-8.
            fault = new PolicyFault(
                exception is JsonException json ? (int)(json.LineNumber ?? 0) + 1 : LineOf(utf8, reader.TokenStartIndex),
                "no JSON, mend it");
            return null;
        }
    }

    private static PolicyNode Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, out PolicyFault? fault)
    {
        fault = null;
        int line = LineOf(utf8, reader.TokenStartIndex);
        JsonTokenType kind = reader.TokenType;
        string text = kind switch
        {
            JsonTokenType.String => reader.GetString()!,
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            JsonTokenType.Number => System.Text.Encoding.ASCII.GetString(reader.ValueSpan),
            _ => "",
        };
        PolicyNode node = new(kind, line, text);
        if (node.IsArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray && fault is null)
            {
                node.elements.Add(Read(ref reader, utf8, out fault));
            }
        }
        else if (node.IsObject)
        {
            while (fault is null && reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                string name = reader.GetString()!;
                int nameLine = LineOf(utf8, reader.TokenStartIndex);
                reader.Read();
                if (node[name] is not null)
                {
                    fault = new PolicyFault(nameLine, $"{name} is there twice, keep one of them");
                    return node;
                }

                node.members.Add(new(name, Read(ref reader, utf8, out fault)));
            }
        }

        return node;
    }

    private static int LineOf(ReadOnlySpan<byte> utf8, long at) => 1 + utf8[..(int)Math.Min(at, utf8.Length)].Count((byte)'\n');
}
