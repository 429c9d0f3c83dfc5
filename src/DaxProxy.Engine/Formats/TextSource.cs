using System.Text;

namespace DaxProxy.Engine.Formats;

/// <summary>The characters of an object in UTF-8, with the line they are on and how many a record has taken.</summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="content">The object. Is disposed of with this.</param>
internal sealed class TextSource(Stream content) : IDisposable
{
    /// <summary>What <see cref="Peek"/> and <see cref="Next"/> give at the end.</summary>
    public const int End = -1;

    private readonly StreamReader reader = new(
        content, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, 1 << 16);

    private bool isAtStart = true;

    /// <summary>The line of the next character, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>Characters since <see cref="BeginRecord"/>.</summary>
    public int Taken { get; private set; }

    /// <summary>Whether the record that is being read is longer than any may be.</summary>
    public bool IsTooLong => Taken > RecordReader.MaxRecordBytes;

    /// <summary>The next character, without going on.</summary>
    /// <exception cref="DecoderFallbackException">Bytes that are no UTF-8.</exception>
    public int Peek()
    {
        if (isAtStart)
        {
            isAtStart = false;
            if (reader.Peek() == '\uFEFF')
            {
                reader.Read();
            }
        }

        return reader.Peek();
    }

    /// <summary>The next character, behind which is gone on.</summary>
    /// <exception cref="DecoderFallbackException">Bytes that are no UTF-8.</exception>
    public int Next()
    {
        Peek();
        int character = reader.Read();
        Taken++;
        if (character == '\n')
        {
            Line++;
        }

        return character;
    }

    /// <summary>A record begins here.</summary>
    public void BeginRecord() => Taken = 0;

    public void Dispose() => reader.Dispose();
}
