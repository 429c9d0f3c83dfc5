using DaxProxy.Core.Errors;
using Microsoft.Extensions.Caching.Memory;

namespace DaxProxy.Core.Partiql;

/// <summary>
/// Parses statements, those with parameters once: their texts come again with other values. A text that has its values written into it
/// hardly ever does, and is parsed each time.
/// </summary>
/// <remarks>Thread-safe. Keeps well-formed statements only, and <see cref="MaxCharacters"/> of text at the most.</remarks>
internal sealed class StatementCache : IDisposable
{
    /// <summary>What the kept texts may have together; their trees take about ten times as many bytes.</summary>
    private const int MaxCharacters = 1 << 20;

    private readonly MemoryCache parsed = new(new MemoryCacheOptions { SizeLimit = MaxCharacters });

    /// <inheritdoc cref="StatementParser.TryParse"/>
    public DynamoError? TryParse(string text, int parametersGiven, out Statement? statement)
    {
        if (parametersGiven == 0)
        {
            return StatementParser.TryParse(text, parametersGiven, out statement);
        }

        (string, int) key = (text, parametersGiven);
        if (parsed.TryGetValue(key, out statement))
        {
            return null;
        }

        DynamoError? error = StatementParser.TryParse(text, parametersGiven, out statement);
        if (error is null)
        {
            parsed.Set(key, statement, new MemoryCacheEntryOptions { Size = text.Length });
        }

        return error;
    }

    /// <inheritdoc/>
    public void Dispose() => parsed.Dispose();
}
