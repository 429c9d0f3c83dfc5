using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

internal static class TableDefinitionRules
{
    public static DynamoError? Check(CreateTable table) => throw new NotImplementedException(table.TableName);
}
