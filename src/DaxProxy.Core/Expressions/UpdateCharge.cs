using System.Diagnostics;
using System.Globalization;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>
/// What the service charges for an UpdateExpression as it was sent, in bytes, whatever the item holds. It limits this sum like the size of
/// an item.
/// </summary>
/// <remarks>
/// Pure functions. Source: limits found by bisection in eu-west-2, and recorded in the public suite paritysuite/dynamodb-conformance
/// (<c>tests/tier3/limits/itemSizeBySurface.test.ts</c>). An operand inside another one is taken to cost what it costs alone.
/// </remarks>
internal static class UpdateCharge
{
    private const int UpdateBytes = 3;
    private const int WriteBytes = 19;
    private const int RemovalBytes = 1;
    private const int TargetElementBytes = 4;
    private const int OperandPathBytes = 1;
    private const int OperandElementBytes = 14;
    private const int AdditionBytes = 34;
    private const int SubtractionBytes = 37;
    private const int IfNotExistsBytes = 39;
    private const int ListAppendBytes = 37;

    /// <summary>The charge of a whole update.</summary>
    public static long Of(IReadOnlyList<UpdateAction> actions) => UpdateBytes + actions.Sum(Of);

    private static long Of(UpdateAction action) => OfTarget(action.Target) + action switch
    {
        UpdateAction.Set set => WriteBytes + Of(set.Value),
        UpdateAction.Add add => WriteBytes + ItemSize.Of(add.Value),
        _ => RemovalBytes,
    };

    /// <summary>An operand. A value costs its size wherever it stands; what a path reads costs nothing.</summary>
    private static long Of(Operand operand) => operand switch
    {
        Operand.Constant constant => ItemSize.Of(constant.Value),
        Operand.Attribute attribute => OfOperand(attribute.Path),
        Operand.IfNotExists choice => IfNotExistsBytes + OfOperand(choice.Path) + Of(choice.Otherwise),
        Operand.ListAppend append => ListAppendBytes + Of(append.First) + Of(append.Second),
        Operand.Arithmetic sum => (sum.IsSubtraction ? SubtractionBytes : AdditionBytes) + Of(sum.Left) + Of(sum.Right),
        _ => throw new UnreachableException(),
    };

    private static long OfTarget(DocumentPath path) =>
        path.Elements.Sum(BytesOf) + ((path.Elements.Count - 1) * TargetElementBytes);

    private static long OfOperand(DocumentPath path) =>
        OperandPathBytes + path.Elements.Sum(BytesOf) + (path.Elements.Count * OperandElementBytes);

    /// <summary>A name, or the digits of an index.</summary>
    private static long BytesOf(PathElement element) => element.IsIndex
        ? element.Index.ToString(CultureInfo.InvariantCulture).Length
        : AttributeValue.Utf8Length(element.Name!);
}
