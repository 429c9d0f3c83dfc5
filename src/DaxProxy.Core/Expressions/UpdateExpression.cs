using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>What an update changes: an UpdateExpression, AttributeUpdates, or the SET and REMOVE clauses of PartiQL.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class UpdateExpression
{
    private readonly ProjectionExpression targets;
    private readonly PathTree tree;
    private readonly UpdateForm form;

    /// <summary>An update of these actions, whose targets must neither overlap nor conflict.</summary>
    /// <param name="actions">The actions in the order written.</param>
    /// <param name="form">How they were written.</param>
    public UpdateExpression(IReadOnlyList<UpdateAction> actions, UpdateForm form = UpdateForm.Expression)
    {
        Actions = actions;
        this.form = form;
        Targets = [.. actions.Select(action => action.Target)];
        targets = new ProjectionExpression(Targets);
        tree = PathTree.Build(Targets);
    }

    /// <summary>The actions in the order written.</summary>
    public IReadOnlyList<UpdateAction> Actions { get; }

    /// <summary>The left sides of all actions, in the order written.</summary>
    public IReadOnlyList<DocumentPath> Targets { get; }

    /// <summary>The attributes that it names on either side, in order of appearance, repeated where they are.</summary>
    public IEnumerable<string> TopLevelNames => Actions.SelectMany(action =>
        (action is UpdateAction.Set set ? NamesOf(set.Value) : []).Prepend(action.Target.TopLevelName));

    /// <summary>
    /// Whether the update brings an item into being where there is none: it does unless it can only take away. An update of no
    /// actions creates an item of nothing but its key.
    /// </summary>
    public bool Creates => Actions.Count == 0 || Actions.Any(action => action is UpdateAction.Set or UpdateAction.Add);

    /// <summary>What the service charges for the update itself, in bytes; 0 for other forms than an UpdateExpression.</summary>
    public long ChargedBytes => form == UpdateForm.Expression ? UpdateCharge.Of(Actions) : 0;

    /// <summary>
    /// Parses an UpdateExpression. Returns every static fault it can have by itself, in the service's order; that no target may be a key is
    /// the operation's to check. Both layers word these faults alike today.
    /// </summary>
    public static DynamoError? TryParse(
        string text, ExpressionAttributes attributes, ValidationLayer layer, out UpdateExpression? expression)
    {
        _ = layer;
        DynamoError? error = new UpdateParser(text, attributes).Parse(out IReadOnlyList<UpdateAction> actions);
        expression = error is null ? new UpdateExpression(actions) : null;
        return error;
    }

    /// <summary>
    /// The item after the update. Every right side, and every index of a target, means the item as it was before. <paramref name="old"/> is
    /// null where there is no item: then right sides see the key alone, and the result contains it.
    /// </summary>
    /// <param name="old">The item before; never modified.</param>
    /// <param name="key">The key attributes of the item.</param>
    /// <param name="updated">The new attributes; null after an error, and where nothing is created.</param>
    public DynamoError? TryApply(AttributeMap? old, AttributeMap key, out AttributeMap? updated)
    {
        updated = null;
        if (old is null && !Creates)
        {
            return null;
        }

        AttributeMap source = old ?? key;
        var changes = new AttributeValue?[Actions.Count];
        for (int i = 0; i < changes.Length; i++)
        {
            if (UpdateEvaluator.TryEvaluate(Actions[i], source, form == UpdateForm.AttributeUpdates, out changes[i]) is string fault)
            {
                return DynamoError.Validation(fault);
            }
        }

        updated = UpdateWriter.Write(source, tree, changes, ignoreRemovals: old is null);
        return updated is null ? DynamoError.Validation(ExpressionFaults.PathNotInItem) : null;
    }

    /// <summary>
    /// The part of an item that the update targets: of the old item for UPDATED_OLD, of the new one for UPDATED_NEW. Null where it is empty
    /// or there is no item. Indexes mean positions in the item given: an element set beyond the end of its list is not where its index says
    /// and is left out of UPDATED_NEW, and after a removal the element that moved up comes instead, as the service has it.
    /// </summary>
    public AttributeMap? Pick(AttributeMap? item)
    {
        AttributeMap? part = item is null ? null : targets.Apply(item);
        return part is { Count: > 0 } ? part : null;
    }

    /// <summary>As deep as the parser lets operands be.</summary>
    private static IEnumerable<string> NamesOf(Operand operand) => operand switch
    {
        Operand.Attribute attribute => [attribute.Path.TopLevelName],
        Operand.Size size => NamesOf(size.Of),
        Operand.IfNotExists choice => NamesOf(choice.Otherwise).Prepend(choice.Path.TopLevelName),
        Operand.ListAppend lists => NamesOf(lists.First).Concat(NamesOf(lists.Second)),
        Operand.Arithmetic sum => NamesOf(sum.Left).Concat(NamesOf(sum.Right)),
        _ => [],
    };
}
