using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Reads up to 100 items of any tables by their keys.</summary>
public sealed class BatchGetItem() : Operation(Definition)
{
    /// <summary>Most keys one call may carry.</summary>
    public const int MaxKeys = 100;

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(BatchGetItem)) { IsDecoded = true, IsRepeatable = true };

    /// <inheritdoc/>
    public override IReadOnlyList<string> TableNames => [.. Tables.Select(table => table.TableName)];

    /// <inheritdoc/>
    public override long MaxReplyItemBytes =>
        Math.Min(ReplyLimits.BatchBytes, Tables.Sum(static table => table.Keys.Count) * ReplyLimits.ItemBytes);

    /// <summary>What to read of each table, in the order sent.</summary>
    public required IReadOnlyList<KeysAndAttributes> Tables { get; init; }

    /// <summary>How to report capacity.</summary>
    public ReturnConsumedCapacity ReturnConsumedCapacity { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        // The two ways may not even be mixed between tables.
        if (ProjectionParameters.CheckMix(
            Tables.Any(table => table.ProjectionExpression is not null),
            Tables.Any(table => table.AttributesToGet is not null)) is { } mixError)
        {
            return mixError;
        }

        if (Tables.GroupBy(table => table.TableName, StringComparer.Ordinal).FirstOrDefault(table => table.Skip(1).Any()) is { } twice)
        {
            return RequestFaults.TableTwice(twice.Key);
        }

        int keys = 0;
        foreach (KeysAndAttributes table in Tables)
        {
            if (table.CheckStatically(layer) is { } error)
            {
                return error;
            }

            keys += table.Keys.Count;
        }

        return keys > MaxKeys ? RequestFaults.TooManyItems(Name) : null;
    }

    /// <summary>The keys wanted of one table, and how.</summary>
    public sealed class KeysAndAttributes
    {
        private ProjectionExpression? projection;

        /// <summary>Name of the table.</summary>
        public required string TableName { get; init; }

        /// <summary>The keys as sent.</summary>
        public required IReadOnlyList<Decoded<AttributeMap>> Keys { get; init; }

        /// <summary>
        /// How the numbers of each key were spelt, in the order of the keys; null where all are spelt alike. The service takes two
        /// spellings of one number for two keys.
        /// </summary>
        public IReadOnlyList<string>? Spellings { get; init; }

        /// <summary>Whether these reads must see every write acknowledged before them.</summary>
        public bool ConsistentRead { get; init; }

        /// <summary>The projection as sent; null when absent.</summary>
        public string? ProjectionExpression { get; init; }

        /// <summary>The top-level attributes to return, as sent: what a projection was before expressions; null when absent.</summary>
        public IReadOnlyList<string>? AttributesToGet { get; init; }

        /// <summary>The map behind the projection's references.</summary>
        public ExpressionParameters Expressions { get; init; } = ExpressionParameters.None;

        /// <summary>
        /// The compiled projection; null for whole items. Set by the static checks where one was sent; else by the caller that has the
        /// paths.
        /// </summary>
        public ProjectionExpression? Projection
        {
            get => projection;
            init => projection = value;
        }

        /// <summary>The same wish for other keys; already checked.</summary>
        public KeysAndAttributes ForKeys(IReadOnlyList<Decoded<AttributeMap>> keys, IReadOnlyList<string>? spellings) => new()
        {
            TableName = TableName,
            Keys = keys,
            Spellings = spellings,
            ConsistentRead = ConsistentRead,
            ProjectionExpression = ProjectionExpression,
            AttributesToGet = AttributesToGet,
            Expressions = Expressions,
            Projection = Projection,
        };

        /// <summary>The same wish for some of its keys, given by their positions; already checked.</summary>
        public KeysAndAttributes Only(IReadOnlyList<int> positions) =>
            ForKeys([.. positions.Select(at => Keys[at])], Spellings is null ? null : [.. positions.Select(at => Spellings[at])]);

        /// <summary>The same wish for whole items; already checked.</summary>
        public KeysAndAttributes WholeItems() =>
            new() { TableName = TableName, Keys = Keys, Spellings = Spellings, ConsistentRead = ConsistentRead };

        /// <summary>The same wish, read consistently; already checked.</summary>
        public KeysAndAttributes Consistently() => new()
        {
            TableName = TableName,
            Keys = Keys,
            Spellings = Spellings,
            ConsistentRead = true,
            ProjectionExpression = ProjectionExpression,
            AttributesToGet = AttributesToGet,
            Expressions = Expressions,
            Projection = Projection,
        };

        internal DynamoError? CheckStatically(ValidationLayer layer) =>
            ProjectionParameters.CheckUse(ProjectionExpression, AttributesToGet, Expressions, layer)
            ?? ProjectionParameters.TryCompile(ProjectionExpression, AttributesToGet, Expressions, layer, ref projection)
            ?? CheckKeys();

        private DynamoError? CheckKeys()
        {
            HashSet<(KeyText, string?)> seen = [];
            for (int i = 0; i < Keys.Count; i++)
            {
                if (Keys[i].Fault is { } fault)
                {
                    return DynamoError.Validation(fault);
                }

                if (!seen.Add((new KeyText(Keys[i].Value!), Spellings?[i])))
                {
                    return RequestFaults.DuplicateKeys;
                }
            }

            return null;
        }
    }

    /// <summary>A key by its attributes' values, without knowing the table's schema.</summary>
    private readonly struct KeyText(AttributeMap key) : IEquatable<KeyText>
    {
        private readonly AttributeValue value = AttributeValue.FromMap(key);

        public bool Equals(KeyText other) => value.Equals(other.value);

        public override bool Equals(object? obj) => obj is KeyText other && Equals(other);

        public override int GetHashCode() => value.Map.Aggregate(0, (hash, pair) => hash ^ HashCode.Combine(pair.Key, pair.Value));
    }
}
