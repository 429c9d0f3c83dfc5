using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>
/// Parses update expressions.
/// <code>
/// update    = section { section }                ; any order, each at most once
/// section   = SET set-item { "," set-item } | REMOVE path { "," path }
///           | ADD path value-ref { "," path value-ref } | DELETE path value-ref { "," path value-ref }
/// set-item  = path "=" set-value
/// set-value = operand [ ( "+" | "-" ) operand ] | "(" set-value ")"
/// </code>
/// </summary>
internal sealed class UpdateParser(string text, ExpressionAttributes attributes)
    : ExpressionParser(text, ExpressionKind.Update, attributes)
{
    private static readonly string[] Sections = ["SET", "REMOVE", "ADD", "DELETE"];

    private readonly List<UpdateAction> actions = [];
    private readonly bool[] seen = new bool[Sections.Length];

    /// <summary>Parses the whole text.</summary>
    public DynamoError? Parse(out IReadOnlyList<UpdateAction> parsed)
    {
        if (Begin() && ParseSections())
        {
            PathTree.Check([.. actions.Select(action => action.Target)], ref faults);
        }

        parsed = actions;
        return Finish();
    }

    protected override bool IsKeyword(ReadOnlySpan<char> identifier) => SectionOf(identifier) >= 0;

    /// <summary>Parentheses directly inside parentheses are no part of this grammar.</summary>
    protected override bool OnRedundant() => FailAtCurrent();

    protected override Operand MakeCall(string function, List<Operand> operands)
    {
        switch (function)
        {
            case "if_not_exists" or "list_append" when operands.Count != 2:
                faults.Record(FaultClass.OperandKind, ExpressionFaults.OperandCount(function, operands.Count));
                return operands[0];
            case "if_not_exists" when operands[0] is Operand.Attribute attribute:
                return new Operand.IfNotExists(attribute.Path, operands[1]);
            case "if_not_exists":
                faults.Record(FaultClass.OperandKind, ExpressionFaults.PathRequired(function));
                return operands[1];
            case "list_append":
                CheckConstant(function, AttributeType.L, operands[0]);
                CheckConstant(function, AttributeType.L, operands[1]);
                if (operands[0] is Operand.ListAppend || operands[1] is Operand.ListAppend)
                {
                    faults.Record(FaultClass.MisusedFunction, ExpressionFaults.MisusedFunction(function));
                }

                return new Operand.ListAppend(operands[0], operands[1]);
            case "size" or "contains" or "begins_with" or "attribute_exists" or "attribute_not_exists" or "attribute_type":
                faults.Record(FaultClass.MisusedFunction, ExpressionFaults.NotForUpdates(function));
                return operands[0];
            default:
                faults.Record(FaultClass.UnknownFunction, ExpressionFaults.UnknownFunction(function));
                return operands[0];
        }
    }

    private static int SectionOf(ReadOnlySpan<char> identifier)
    {
        for (int section = 0; section < Sections.Length; section++)
        {
            if (identifier.Equals(Sections[section], StringComparison.OrdinalIgnoreCase))
            {
                return section;
            }
        }

        return -1;
    }

    private bool ParseSections()
    {
        do
        {
            int section = Array.FindIndex(Sections, IsWord);
            if (section < 0)
            {
                return FailAtCurrent();
            }

            if (seen[section])
            {
                faults.Record(FaultClass.RepeatedSection, ExpressionFaults.RepeatedSection(Sections[section]));
            }

            seen[section] = true;
            do
            {
                Advance();
                if (ParseAction(section) is not UpdateAction action)
                {
                    return false;
                }

                actions.Add(action);
            }
            while (Current.Kind == TokenKind.Comma);
        }
        while (Current.Kind != TokenKind.End);
        return true;
    }

    private UpdateAction? ParseAction(int section)
    {
        if (ParsePath() is not DocumentPath target)
        {
            return null;
        }

        switch (Sections[section])
        {
            case "SET":
                return Expect(TokenKind.Equal) && ParseSetValue() is Operand value ? new UpdateAction.Set(target, value) : null;
            case "REMOVE":
                return new UpdateAction.Remove(target);
            case "ADD":
                return ParseConstant("ADD") is AttributeValue addend ? new UpdateAction.Add(target, addend) : null;
            default:
                return ParseConstant("DELETE") is AttributeValue members ? new UpdateAction.Delete(target, members) : null;
        }
    }

    private AttributeValue? ParseConstant(string action)
    {
        AttributeValue? value = ParseValue()?.Value;
        if (value is not null && !value.IsSet && !(action == "ADD" && value.Type == AttributeType.N))
        {
            faults.Record(FaultClass.ActionOperand, ExpressionFaults.ActionOperandType(action, WordFor(value.Type)));
        }

        return value;
    }

    private static string WordFor(AttributeType type) => type switch
    {
        AttributeType.S => "STRING",
        AttributeType.N => "NUMBER",
        AttributeType.B => "BINARY",
        AttributeType.BOOL => "BOOLEAN",
        AttributeType.L => "LIST",
        AttributeType.M => "MAP",
        _ => "NULL",
    };

    private Operand? ParseSetValue()
    {
        if (Current.Kind != TokenKind.OpenParenthesis)
        {
            return ParseOperand() is Operand first ? ParseAfterOperand(first) : null;
        }

        // The pair may hold the whole value or only its first operand.
        Token open = Current;
        Advance();
        if (!Enter() || ParseSetValue() is not Operand inner || !Close(open, out bool isRedundant) || (isRedundant && !OnRedundant()))
        {
            return null;
        }

        Leave();
        return inner is Operand.Arithmetic ? inner : ParseAfterOperand(inner);
    }

    private Operand? ParseAfterOperand(Operand left)
    {
        if (Current.Kind is not (TokenKind.Plus or TokenKind.Minus))
        {
            return left;
        }

        bool isSubtraction = Current.Kind == TokenKind.Minus;
        CountOperator();
        Advance();
        if (ParseOperand() is not Operand right)
        {
            return null;
        }

        CheckConstant(isSubtraction ? "-" : "+", AttributeType.N, left);
        CheckConstant(isSubtraction ? "-" : "+", AttributeType.N, right);
        return new Operand.Arithmetic(left, isSubtraction, right);
    }

    private void CheckConstant(string operation, AttributeType wanted, Operand operand)
    {
        if (operand.StaticType is AttributeType type && type != wanted)
        {
            faults.Record(FaultClass.OperandKind, ExpressionFaults.OperandType(operation, type.ToString()));
        }
    }
}
