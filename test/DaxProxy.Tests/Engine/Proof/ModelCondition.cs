using System.Text;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>A condition or filter as a tree, with its meaning.</summary>
internal abstract record ModelCondition
{
    public abstract bool Holds(Dictionary<string, ModelValue>? item);

    /// <summary>Every path it mentions.</summary>
    public abstract IEnumerable<ModelPath> Paths { get; }

    /// <summary>A value in a condition: of a path, a constant, or the size of what a path leads to.</summary>
    internal sealed record Term(ModelPath? Path, ModelValue? Constant, bool IsSize = false)
    {
        public ModelValue? In(Dictionary<string, ModelValue>? item)
        {
            ModelValue? value = Constant ?? Path!.Find(item);
            return !IsSize || value is null ? value : value.Type switch
            {
                "S" => ModelValue.Of(Encoding.UTF8.GetByteCount(value.String)),
                "B" => ModelValue.Of(value.Bytes.Length),
                "SS" or "NS" or "BS" or "L" => ModelValue.Of(value.Elements.Count),
                "M" => ModelValue.Of(value.Map.Count),
                _ => null,
            };
        }
    }

    internal sealed record Both(ModelCondition Left, ModelCondition Right) : ModelCondition
    {
        public override IEnumerable<ModelPath> Paths => [.. Left.Paths, .. Right.Paths];

        public override bool Holds(Dictionary<string, ModelValue>? item) => Left.Holds(item) && Right.Holds(item);
    }

    internal sealed record Either(ModelCondition Left, ModelCondition Right) : ModelCondition
    {
        public override IEnumerable<ModelPath> Paths => [.. Left.Paths, .. Right.Paths];

        public override bool Holds(Dictionary<string, ModelValue>? item) => Left.Holds(item) || Right.Holds(item);
    }

    internal sealed record Not(ModelCondition Inner) : ModelCondition
    {
        public override IEnumerable<ModelPath> Paths => Inner.Paths;

        public override bool Holds(Dictionary<string, ModelValue>? item) => !Inner.Holds(item);
    }

    /// <summary>A test of one to many terms, by the name of its operator or function.</summary>
    internal sealed record Test(string Operator, IReadOnlyList<Term> Terms) : ModelCondition
    {
        public override IEnumerable<ModelPath> Paths => Terms.Select(term => term.Path).OfType<ModelPath>();

        public override bool Holds(Dictionary<string, ModelValue>? item)
        {
            List<ModelValue?> values = [.. Terms.Select(term => term.In(item))];
            return Operator switch
            {
                "=" => AreEqual(values[0], values[1]),
                "<>" => !AreEqual(values[0], values[1]),
                "<" => Order(values[0], values[1]) < 0,
                "<=" => Order(values[0], values[1]) <= 0,
                ">" => Order(values[0], values[1]) > 0,
                ">=" => Order(values[0], values[1]) >= 0,
                "BETWEEN" => Order(values[0], values[1]) >= 0 && Order(values[0], values[2]) <= 0,
                "IN" => values.Skip(1).Any(other => AreEqual(values[0], other)),
                "attribute_exists" => values[0] is not null,
                "attribute_not_exists" => values[0] is null,
                "attribute_type" => values[0]?.Type == values[1]!.String,
                "begins_with" => Begins(values[0], values[1]),
                "contains" => Contains(values[0], values[1]),
                _ => throw new ProofException(Operator),
            };
        }

        private static bool AreEqual(ModelValue? left, ModelValue? right) =>
            left is not null && right is not null && left.Type == right.Type && left.Text == right.Text;

        private static int? Order(ModelValue? left, ModelValue? right) =>
            left is null || right is null ? null : ModelValue.Compare(left, right);

        private static bool Begins(ModelValue? value, ModelValue? start) => (value?.Type, start?.Type) switch
        {
            ("S", "S") => value!.String.StartsWith(start!.String, StringComparison.Ordinal),
            ("B", "B") => value!.Bytes.Take(start!.Bytes.Length).SequenceEqual(start.Bytes),
            _ => false,
        };

        private static bool Contains(ModelValue? value, ModelValue? part) => (value?.Type, part?.Type) switch
        {
            (null, _) or (_, null) => false,
            ("S", "S") => value!.String.Contains(part!.String, StringComparison.Ordinal),
            ("B", "B") => Enumerable.Range(0, value!.Bytes.Length + 1).Any(
                at => value.Bytes.Skip(at).Take(part!.Bytes.Length).SequenceEqual(part.Bytes)),
            ("SS", "S") or ("NS", "N") or ("BS", "B") or ("L", _) => value!.Elements.Exists(element => AreEqual(element, part)),
            _ => false,
        };
    }
}
