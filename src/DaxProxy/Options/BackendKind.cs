namespace DaxProxy.Options;

/// <summary>Kinds of backend.</summary>
internal enum BackendKind
{
    /// <summary>The bundled engine.</summary>
    Local,

    /// <summary>DynamoDB in a region of AWS, or any endpoint that speaks its protocol.</summary>
    DynamoDb,
}
