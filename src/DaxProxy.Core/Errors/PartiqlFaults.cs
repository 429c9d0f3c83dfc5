namespace DaxProxy.Core.Errors;

/// <summary>Faults of PartiQL statements. Source: recorded answers of the service, unless the comment of a text says otherwise.</summary>
/// <remarks>Texts after <c>Statement wasn't well formed</c> are those of the PartiQL reference parser, which the service embeds.</remarks>
public static class PartiqlFaults
{
    /// <summary>A statement that begins like none, or an UPDATE without a clause.</summary>
    public const string ExpectedManipulation = "Expected data manipulation";

    /// <summary>Something after the end of a statement.</summary>
    public const string LeftOver = "Unexpected token after expression";

    /// <summary>Nothing, or nothing that begins an expression, where one must stand.</summary>
    public const string UnexpectedTerm = "Unexpected term";

    /// <summary>Nothing to the right of an infix operator.</summary>
    public const string NoRightHandSide = "Missing right-hand side expression of infix operator";

    /// <summary>A keyword where an expression must stand.</summary>
    public const string UnexpectedKeyword = "Unexpected keyword";

    /// <summary>An operator where an expression must stand.</summary>
    public const string UnexpectedOperator = "Unexpected operator";

    /// <summary>IS without the name of a type.</summary>
    public const string ExpectedType = "Expected type name";

    /// <summary>Anything else where a table or a target must stand.</summary>
    public const string ExpectedIdentifier = "Expected identifier for simple path";

    /// <summary>A dot without a name after it.</summary>
    public const string InvalidDot = "Invalid path dot component";

    /// <summary>A SELECT without FROM. Source: the reference parser.</summary>
    public const string ExpectedFrom = "Expected FROM after select list";

    /// <summary>A table or column with another name.</summary>
    public static DynamoError Aliasing { get; } = DynamoError.Validation("Aliasing is not supported");

    /// <summary>FROM with more than a table and an index.</summary>
    public static DynamoError TooManyFromParts { get; } =
        DynamoError.Validation("A path may contain at most 2 components in the FROM clause");

    /// <summary>A quoted identifier of no characters.</summary>
    public static DynamoError EmptyPart { get; } = DynamoError.Validation("Path component cannot be an empty string");

    /// <summary>A set literal without members.</summary>
    public static DynamoError EmptyBag { get; } = DynamoError.Validation("Empty bags are not supported");

    /// <summary>A set literal whose members are not all strings, all numbers or all binaries. Text not recorded.</summary>
    public static DynamoError MixedBag { get; } =
        DynamoError.Validation("Bags must contain elements of one type: string, number or binary");

    /// <summary>A test of a type that stands alone, which is an expression and no statement.</summary>
    public static DynamoError TypeTestAlone { get; } = DynamoError.Validation("Unsupported operation: IsType");

    /// <summary>Several items in one INSERT. Source: answers quoted in public bug reports.</summary>
    public static DynamoError SeveralItems { get; } = DynamoError.Validation(
        "Unsupported operation: Inserting multiple items in a single statement is not supported, "
        + "use \"INSERT INTO tableName VALUE item\" instead");

    /// <summary>A sum in a sum or in a function, for which an update expression has no words. Text not recorded.</summary>
    public static DynamoError NestedSum { get; } = DynamoError.Validation(
        "Unsupported operation: A value can be added or subtracted only once in SET");

    /// <summary>An INSERT of something that is no tuple. Text not recorded.</summary>
    public static DynamoError NotATuple { get; } = DynamoError.Validation("Unsupported operation: Only a tuple can be inserted");

    /// <summary>An UPDATE or DELETE whose WHERE does not name one item.</summary>
    public static DynamoError NoKeyEquality { get; } =
        DynamoError.Validation("Where clause does not contain a mandatory equality on all key attributes");

    /// <summary>Alternatives in one partition: some restrict the sort key, and some do not.</summary>
    public static DynamoError OverlappingRanges { get; } =
        DynamoError.Validation("Overlapping conditions with range keys are not supported in where clause");

    /// <summary>An index the table does not have (PartiQL does not say which).</summary>
    public static DynamoError IndexNotFound { get; } = DynamoError.Validation("The table does not have the specified index");

    /// <summary>A consistent read of a global index.</summary>
    public static DynamoError ConsistentReadOfGlobalIndex { get; } =
        DynamoError.Validation("Strongly consistent read is not supported on Global Secondary Indexes");

    /// <summary>A read of an index whose partition or sort key has several attributes.</summary>
    public static DynamoError MultiAttributeKey { get; } = DynamoError.Validation(
        "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE keys.");

    /// <summary>UPDATE or DELETE of an index.</summary>
    public static DynamoError WriteToIndex { get; } = DynamoError.Validation("This operation is not supported on an index");

    /// <summary>More question marks than parameters.</summary>
    public static DynamoError ParameterCount { get; } =
        DynamoError.Validation("Number of parameters in request and statement don't match.");

    /// <summary>Key lists that come to more than 50 reads.</summary>
    public static DynamoError TooManyReads { get; } = DynamoError.Validation("Too many decomposed read operations for a given query.");

    /// <summary>INSERT of an item whose key exists.</summary>
    public static DynamoError Duplicate { get; } = DynamoError.Modelled("DuplicateItemException", "Duplicate primary key exists in table");

    /// <summary>ORDER BY without WHERE. Source: answers quoted in public bug reports.</summary>
    public static DynamoError OrderWithoutWhere { get; } =
        DynamoError.Validation("Must have WHERE clause in the statement when using ORDER BY clause.");

    /// <summary>ORDER BY in a scan. Source: answers quoted in public bug reports.</summary>
    public static DynamoError OrderWithoutKey { get; } =
        DynamoError.Validation("Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.");

    /// <summary>A token of another statement, or a damaged one. Text not recorded.</summary>
    public static DynamoError NextToken { get; } = DynamoError.Validation("NextToken does not match request");

    /// <summary>A read in a batch that is not of exactly one item.</summary>
    public static DynamoError BatchNeedsKey { get; } = NeedsKey("BatchExecuteStatement");

    /// <summary>A read in a transaction that is not of exactly one item.</summary>
    public static DynamoError TransactionNeedsKey { get; } = NeedsKey("ExecuteTransaction");

    /// <summary>A read of an index in a transaction.</summary>
    public static DynamoError TransactionOnIndex { get; } =
        DynamoError.Validation("Reads on indices are not supported within transactions.");

    /// <summary>RETURNING in a transaction.</summary>
    public static DynamoError TransactionReturning { get; } =
        DynamoError.Validation("RETURNING clause is not supported in ExecuteTransaction.");

    /// <summary>EXISTS of anything but one item with one condition.</summary>
    public static DynamoError ExistsNeedsCondition { get; } =
        DynamoError.Validation("EXISTS() must contain a single item read with additional condition");

    /// <summary>Reads beside writes. Text not recorded.</summary>
    public static DynamoError MixedStatements(string operation) =>
        DynamoError.Validation($"Read and write statements cannot be mixed in one {operation}");

    /// <summary>A statement that is none; <paramref name="what"/> is empty where it cannot even be cut into tokens.</summary>
    public static DynamoError NotWellFormed(string what) =>
        DynamoError.Validation("Statement wasn't well formed, can't be processed: " + what);

    /// <summary>A clause of PartiQL that the service does not have. Source: answers quoted in public bug reports.</summary>
    public static DynamoError UnsupportedClause(string keyword, object position) =>
        DynamoError.Validation($"Unsupported clause: {keyword} at {position}");

    /// <summary>Something else than an attribute where only an attribute may stand.</summary>
    public static DynamoError UnexpectedPath(object position) => DynamoError.Validation($"Unexpected path component at {position}");

    /// <summary>INSERT INTO an index; the position is the table's. Source: captures of nubo-db/dynoxide.</summary>
    public static DynamoError InsertIntoIndex(object position) => DynamoError.Validation(
        $"FROM clause may only contain a single table name in data manipulation statements at {position}");

    /// <summary>A function that does not exist, or not here.</summary>
    public static DynamoError UnknownFunction(string name, object position) =>
        DynamoError.Validation($"Unrecognized function: {name} at {position}");

    /// <summary>A number that DynamoDB cannot store; <paramref name="place"/> is where in the value: <c>root.x[1]</c>.</summary>
    public static DynamoError Number(string fault, string place) => DynamoError.Validation($"{fault} under {place}");

    /// <summary>A set function that computes from another attribute than the one it is assigned to.</summary>
    public static DynamoError SetFunctionTarget(string function, object position) =>
        DynamoError.Validation($"The first argument to {function} must equal the assignment value at {position}");

    /// <summary>A set function with something that is no set.</summary>
    public static DynamoError SetFunctionValue(string function, object position) =>
        DynamoError.Validation($"The second argument to {function} must be a value with type SET at {position}");

    /// <summary>A set function with one argument, or three.</summary>
    public static DynamoError SetFunctionCount(string function, object position) =>
        DynamoError.Validation($"{function} must have exactly two arguments at {position}");

    /// <summary>Conditions of a keyed read on attributes that an index, be it global or local, does not hold.</summary>
    public static DynamoError FilterNotProjected(string indexName, IEnumerable<string> names) => DynamoError.Validation(
        $"One or more parameter values were invalid: Secondary index {indexName} does not project one or more filter attributes: "
        + $"[{string.Join(", ", names)}]");

    /// <summary>RETURNING of a DELETE that asks for anything but the old item: <c>MODIFIED NEW</c>.</summary>
    public static DynamoError ReturningOfDelete(string asked) => DynamoError.Validation(
        $"Invalid returning clause: RETURNING {asked} *. Only RETURNING ALL OLD * is allowed in DELETE statements.");

    /// <summary>A function inside a value; <paramref name="place"/> is where in the value: <c>root.x[1]</c>.</summary>
    public static DynamoError FunctionInValue(string name, string place, object position) =>
        DynamoError.Validation($"Unsupported data type: {name} under key {place} at {position}");

    /// <summary>ORDER BY of an attribute that is not part of the key read. Source: answers quoted in public bug reports.</summary>
    public static DynamoError OrderByOther(string name) =>
        DynamoError.Validation($"Variable reference {name} in ORDER BY clause must be part of the primary key");

    /// <summary>A static fault in a statement of a transaction.</summary>
    public static DynamoError InTransaction(int position, DynamoError error) => error.Name == "ValidationException"
        ? error with { Message = $"Validation failed in TransactStatements[{position}]: {error.Message}" }
        : error;

    private static DynamoError NeedsKey(string operation) =>
        DynamoError.Validation($"Select statements within {operation} must specify the primary key in the where clause.");
}
