using BenchmarkDotNet.Attributes;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Bench.Micro;

/// <summary>Conditions and updates: parsed, and applied to an item.</summary>
public class ExpressionBenchmarks
{
    private const string Condition = "attribute_exists(pk) AND #v = :old AND (score < :limit OR contains(tags, :tag))";
    private const string Update = "SET #v = :new, score = score + :one REMOVE obsolete";

    private readonly Dictionary<string, string> names = new() { ["#v"] = "version" };
    private readonly AttributeMap values = new()
    {
        [":old"] = Whole(7),
        [":new"] = Whole(8),
        [":one"] = Whole(1),
        [":limit"] = Whole(100),
        [":tag"] = AttributeValue.FromString("red"),
    };

    private readonly AttributeMap key = new() { ["pk"] = AttributeValue.FromString("user#1") };
    private readonly AttributeMap item = new()
    {
        ["pk"] = AttributeValue.FromString("user#1"),
        ["version"] = Whole(7),
        ["score"] = Whole(41),
        ["tags"] = AttributeValue.FromString("blue red"),
    };

    private readonly ConditionExpression condition;
    private readonly UpdateExpression update;

    public ExpressionBenchmarks()
    {
        condition = Parsed(
            ConditionExpression.TryParse(Condition, ExpressionKind.Condition, new(names, values), out ConditionExpression? parsed), parsed);
        update = Parsed(
            UpdateExpression.TryParse(Update, new(names, values), ValidationLayer.Current, out UpdateExpression? actions), actions);
    }

    [Benchmark]
    public int ParseCondition() =>
        Parsed(
            ConditionExpression.TryParse(Condition, ExpressionKind.Condition, new(names, values), out ConditionExpression? parsed),
            parsed).GetHashCode();

    [Benchmark]
    public int EvaluateCondition() => condition.Matches(item) ? 1 : throw new InvalidOperationException();

    [Benchmark]
    public int ParseUpdate() =>
        Parsed(
            UpdateExpression.TryParse(Update, new(names, values), ValidationLayer.Current, out UpdateExpression? parsed),
            parsed).Actions.Count;

    [Benchmark]
    public int ApplyUpdate() => Parsed(update.TryApply(item, key, out AttributeMap? updated), updated).Count;

    private static AttributeValue Whole(long value) => AttributeValue.FromNumber(Number.FromInt64(value));

    private static T Parsed<T>(DynamoError? error, T? result)
        where T : class => error is null ? result! : throw new InvalidOperationException(error.Message);
}
