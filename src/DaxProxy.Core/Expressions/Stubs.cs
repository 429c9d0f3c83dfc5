#pragma warning disable
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
namespace DaxProxy.Core.Expressions;
public enum ExpressionKind { Condition, Filter, KeyCondition, Update, Projection }
public sealed class ExpressionAttributes
{
    public ExpressionAttributes(IReadOnlyDictionary<string, string>? names, AttributeMap? values) { }
    public static ExpressionAttributes None => new(null, null);
    public DynamoError? FindUnused() => null;
}
public sealed class DocumentPath { }
public sealed class ConditionExpression
{
    public static DynamoError? TryParse(string text, ExpressionKind kind, ExpressionAttributes attributes, out ConditionExpression? expression) => throw new NotImplementedException();
    public bool Matches(AttributeMap? item) => throw new NotImplementedException();
    public IEnumerable<string> TopLevelNames => throw new NotImplementedException();
    public IEnumerable<DocumentPath> Paths => throw new NotImplementedException();
}
public sealed class KeyConditionExpression
{
    public static DynamoError? TryParse(string text, ExpressionAttributes attributes, ValidationLayer layer, out KeyConditionExpression? expression) => throw new NotImplementedException();
    public IReadOnlyList<KeyCondition> Conditions => throw new NotImplementedException();
}
public enum KeyOperator { Equal, Less, LessOrEqual, Greater, GreaterOrEqual, Between, BeginsWith }
public sealed record KeyCondition(string AttributeName, KeyOperator Operator, AttributeValue Value, AttributeValue? Upper);
public sealed class ProjectionExpression
{
    public static DynamoError? TryParse(string text, ExpressionAttributes attributes, out ProjectionExpression? expression) => throw new NotImplementedException();
    public AttributeMap Apply(AttributeMap item) => throw new NotImplementedException();
    public IReadOnlyList<DocumentPath> Paths => throw new NotImplementedException();
}
public sealed class UpdateExpression
{
    public static DynamoError? TryParse(string text, ExpressionAttributes attributes, ValidationLayer layer, out UpdateExpression? expression) => throw new NotImplementedException();
    public IReadOnlyList<DocumentPath> Targets => throw new NotImplementedException();
    public DynamoError? TryApply(AttributeMap? old, AttributeMap key, out AttributeMap? updated) => throw new NotImplementedException();
}
