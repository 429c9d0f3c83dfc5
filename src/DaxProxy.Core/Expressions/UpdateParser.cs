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

    protected override Operand MakeCall(string function, List<Operand> operands) =>
        UpdateFunctions.Make(ref faults, function, operands);

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
        if (value is not null)
        {
            UpdateFunctions.CheckConstant(ref faults, action, value);
        }

        return value;
    }

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

        return UpdateFunctions.Calculate(ref faults, left, isSubtraction, right);
    }
}
