using System.Buffers;
using System.Text.Json;

namespace DaxProxy.Recording;

/// <summary>
/// The form of a trace: JSON lines. The first says what it is, then each request has one, and the last one says what was left out.
/// </summary>
/// <remarks>
/// Pure functions. <c>{"daxproxyTrace":1}</c>, then <c>{"t":1500,"op":"GetItem","table":"Orders","k":["fV3x0b"],"n":1,"b":412}</c>,
/// with microseconds in <c>t</c>, hashes of keys in <c>k</c>, of partitions in <c>p</c>, of a page in <c>q</c>, items in <c>n</c>, their
/// bytes in <c>b</c>; then <c>{"end":"time","lost":0,"others":3}</c>. What is 0, false or empty is left out. Members that a version does
/// not know are errors, so that no later one is misread.
/// </remarks>
internal static class TraceFormat
{
    /// <summary>The version that is written and read.</summary>
    public const int Version = 1;

    private const int MaxDepth = 3;

    /// <summary>Most microseconds, three years, and most bytes.</summary>
    private const long MostNumber = 100_000_000_000_000;

    /// <summary>The first line.</summary>
    public static byte[] Head() => Line(static line => line.WriteNumber("daxproxyTrace"u8, Version));

    /// <summary>The line of a request.</summary>
    public static byte[] Of(TraceRecord record) => Line(line =>
    {
        line.WriteNumber("t"u8, (long)record.At.TotalMicroseconds);
        line.WriteString("op"u8, record.Operation);
        line.WriteString("table"u8, record.Table);
        WriteAll(line, "k"u8, record.Keys);
        WriteAll(line, "p"u8, record.Partitions);
        if (record.Page is not null)
        {
            line.WriteString("q"u8, record.Page);
        }

        WriteIf(line, "n"u8, record.Items);
        WriteIf(line, "b"u8, record.Bytes);
        if (record.IsConsistent)
        {
            line.WriteBoolean("consistent"u8, true);
        }

        if (record.IsHit)
        {
            line.WriteBoolean("hit"u8, true);
        }
    });

    /// <summary>The last line.</summary>
    /// <param name="why">Why it ends: <c>time</c>, <c>size</c>, <c>stopped</c>.</param>
    /// <param name="lost">Requests that came quicker than they could be sent, and those for which there was no space at the end.</param>
    /// <param name="others">Requests without a line: refused or failed ones, those of unknown tables, and other verbs.</param>
    public static byte[] End(string why, long lost, long others) => Line(line =>
    {
        line.WriteString("end"u8, why);
        line.WriteNumber("lost"u8, lost);
        line.WriteNumber("others"u8, others);
    });

    /// <summary>What the requests of a trace are, by the time they came. One that was cut off is read as far as it goes.</summary>
    /// <param name="lines">Its lines.</param>
    /// <exception cref="TraceFault">It is no trace, or one of another version.</exception>
    public static IReadOnlyList<TraceRecord> Read(IEnumerable<string> lines) => [.. Stream(lines).OrderBy(record => record.At)];

    /// <summary>
    /// The same one after another as they stand there, which is the order in which they were answered; nothing is kept of them.
    /// </summary>
    /// <param name="lines">Its lines.</param>
    /// <exception cref="TraceFault">It is no trace, or one of another version.</exception>
    public static IEnumerable<TraceRecord> Stream(IEnumerable<string> lines)
    {
        int number = 0;
        string? waiting = null;
        foreach (string line in lines)
        {
            if (waiting is not null && Take(waiting, ++number, isLast: false) is { } record)
            {
                yield return record;
            }

            waiting = line;
        }

        if (waiting is null)
        {
            throw new TraceFault("holds nothing");
        }

        if (Take(waiting, ++number, isLast: true) is { } last)
        {
            yield return last;
        }
    }

    /// <summary>The request of a line; null for a line of another kind.</summary>
    private static TraceRecord? Take(string line, int number, bool isLast)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (number == 1)
            {
                CheckHead(document.RootElement);
                return null;
            }

            return document.RootElement.TryGetProperty("end"u8, out _) ? null : ReadRecord(document.RootElement);
        }
        catch (JsonException) when (isLast && number > 1)
        {
            // The recording was cut off in the middle of a line.
            return null;
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new TraceFault($"line {number} is none of a trace of version {Version}", fault);
        }
    }

    private static void CheckHead(JsonElement head)
    {
        if (head.ValueKind != JsonValueKind.Object
            || !head.TryGetProperty("daxproxyTrace"u8, out JsonElement version)
            || version.ValueKind != JsonValueKind.Number)
        {
            throw new TraceFault("is no trace");
        }

        if (!version.TryGetInt32(out int known) || known != Version)
        {
            throw new TraceFault($"is a trace of version {version.GetRawText()}, and only {Version} can be read here");
        }
    }

    private static TraceRecord ReadRecord(JsonElement line)
    {
        TraceRecord record = new(
            TimeSpan.FromMicroseconds(Whole(line.GetProperty("t"u8))), Text(line.GetProperty("op"u8)), Text(line.GetProperty("table"u8)));
        foreach (JsonProperty member in line.EnumerateObject())
        {
            record = member.Name switch
            {
                "t" or "op" or "table" => record,
                "k" => record with { Keys = All(member.Value) },
                "p" => record with { Partitions = All(member.Value) },
                "q" => record with { Page = Text(member.Value) },
                "n" => record with { Items = (int)Whole(member.Value, int.MaxValue) },
                "b" => record with { Bytes = Whole(member.Value) },
                "consistent" => record with { IsConsistent = member.Value.GetBoolean() },
                "hit" => record with { IsHit = member.Value.GetBoolean() },
                _ => throw new FormatException(member.Name),
            };
        }

        return record;
    }

    private static string Text(JsonElement value) => value.GetString() ?? throw new FormatException("null");

    private static long Whole(JsonElement value, long most = MostNumber) =>
        value.GetInt64() is >= 0 and var number && number <= most ? number : throw new FormatException("out of range");

    private static string[] All(JsonElement array) => [.. array.EnumerateArray().Select(Text)];

    private static void WriteAll(Utf8JsonWriter line, ReadOnlySpan<byte> member, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }

        line.WriteStartArray(member);
        foreach (string text in texts)
        {
            line.WriteStringValue(text);
        }

        line.WriteEndArray();
    }

    private static void WriteIf(Utf8JsonWriter line, ReadOnlySpan<byte> member, long number)
    {
        if (number != 0)
        {
            line.WriteNumber(member, number);
        }
    }

    private static byte[] Line(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> line = new();
        using (Utf8JsonWriter writer = new(line))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }
}
