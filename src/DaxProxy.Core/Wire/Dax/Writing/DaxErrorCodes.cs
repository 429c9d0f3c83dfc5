using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Wire.Dax.Writing;

/// <summary>The numbers by which DAX clients know exceptions, and by which they decide whether to try again.</summary>
/// <remarks>
/// The first number is a class: 1 try again, 3 do not, 4 the request is at fault. Exceptions that are newer than the protocol have no known
/// number. They are sent as a fault of the request, with their name. Source: the exception tables of the public clients.
/// </remarks>
public static class DaxErrorCodes
{
    private static readonly int[] AuthenticationRequired = [4, 23, 31, 33];
    private static readonly int[] NotAuthenticated = [4, 23, 31, 32];
    private static readonly int[] AccessDenied = [4, 37, 38, 42];
    private static readonly int[] NotImplemented = [4, 37, 38, 44];
    private static readonly int[] RetryableServerFault = [1, 37, 38, 39, 47];

    /// <summary>The sequence of an exception.</summary>
    public static IReadOnlyList<int> Of(DynamoError error) => error.Name switch
    {
        "ProvisionedThroughputExceededException" => OfDynamo(40),
        "ResourceNotFoundException" => OfDynamo(41),
        "ConditionalCheckFailedException" => OfDynamo(43),
        "ResourceInUseException" => OfDynamo(45),
        "ValidationException" or "SerializationException" => OfDynamo(46),
        "ItemCollectionSizeLimitExceededException" => OfDynamo(48),
        "LimitExceededException" => OfDynamo(49),
        "ThrottlingException" => OfDynamo(50),
        "TransactionConflictException" => OfDynamo(57),
        "TransactionCanceledException" => OfDynamo(58),
        "TransactionInProgressException" => OfDynamo(59),
        "IdempotentParameterMismatchException" => OfDynamo(60),
        "RequestLimitExceeded" => OfDynamo(61),
        "MissingAuthenticationTokenException" => AuthenticationRequired,
        "UnrecognizedClientException" or "InvalidSignatureException" or "IncompleteSignatureException" or "ExpiredTokenException" =>
            NotAuthenticated,
        "AccessDeniedException" => AccessDenied,
        "NotImplementedException" or "UnknownOperationException" => NotImplemented,

        // Clients try again, as they do for DynamoDB.
        _ => error.StatusCode >= 500 ? RetryableServerFault : OfDynamo(46),
    };

    private static int[] OfDynamo(int last) => [4, 37, 38, 39, last];
}
