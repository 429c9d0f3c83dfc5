namespace DaxProxy.Tests.Engine.Proof;

/// <summary>One write, or check, of one item.</summary>
/// <param name="Verb">Put, Update, Delete, ConditionCheck.</param>
/// <param name="Table">Position of the table.</param>
/// <param name="Item">The item to put; of the others the key.</param>
/// <param name="Key">The key.</param>
/// <param name="Condition">What must hold; null for nothing.</param>
/// <param name="Update">What changes; null creates an item of its key alone.</param>
internal sealed record ModelAction(
    string Verb, int Table, Dictionary<string, ModelValue> Item, Dictionary<string, ModelValue> Key, ModelCondition? Condition,
    ModelUpdate? Update);
