namespace DaxProxy.Tests.Operations.Legacy;

/// <summary>Definitions of the table <c>Old</c>.</summary>
internal static class LegacyTables
{
    public const string Hash = "{'TableName':'Old','KeySchema':[{'AttributeName':'h','KeyType':'HASH'}],"
        + "'AttributeDefinitions':[{'AttributeName':'h','AttributeType':'S'}],'BillingMode':'PAY_PER_REQUEST'}";

    public const string HashAndRange =
        "{'TableName':'Old','KeySchema':[{'AttributeName':'h','KeyType':'HASH'},{'AttributeName':'r','KeyType':'RANGE'}],"
        + "'AttributeDefinitions':[{'AttributeName':'h','AttributeType':'S'},{'AttributeName':'r','AttributeType':'N'}],"
        + "'BillingMode':'PAY_PER_REQUEST'}";
}
