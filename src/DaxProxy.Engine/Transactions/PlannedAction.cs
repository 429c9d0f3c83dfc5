using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Transactions;

/// <summary>One action of a transaction, found to be possible or not before anything is read.</summary>
/// <param name="Action">What was asked.</param>
/// <param name="Table">Its table.</param>
/// <param name="Row">Where the item lies; meaningless when there is a fault.</param>
/// <param name="Fault">What does not fit the table; null when all does.</param>
internal sealed record PlannedAction(WriteOperation Action, EngineTable Table, RowKey Row, DynamoError? Fault);
