using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Partiql;

/// <summary>Makes values of terms that need no item. The parameters are good ones, and enough.</summary>
internal sealed class ValueBinder(IReadOnlyList<Decoded<AttributeValue>> parameters)
{
    /// <summary>Levels of nesting a value may have. Source: the service's documented limit.</summary>
    private const int MaxLevels = 32;

    // Where in the value the fault lies, innermost first.
    private readonly List<string> steps = [];
    private Term.Call? function;

    /// <summary>Whether a term is a value, made without an item.</summary>
    public static bool IsValue(Term term) =>
        term is Term.Literal or Term.Parameter or Term.ListOf or Term.Bag or Term.Tuple;

    /// <summary>The value; null exactly when an error is returned.</summary>
    /// <param name="term">What is written.</param>
    /// <param name="value">The value.</param>
    /// <param name="isItem">Whether it is an item: then each of its attributes is a value of its own for faults that say where.</param>
    public DynamoError? TryBind(Term term, out AttributeValue? value, bool isItem = false)
    {
        DynamoError? error = TryBind(term, 1, out value);
        if (function is not null)
        {
            IEnumerable<string> place = steps.AsEnumerable().Reverse().Skip(isItem ? 1 : 0);
            return PartiqlFaults.FunctionInValue(function.Function, "root" + string.Concat(place), function.Span);
        }

        if (error is null && term is not (Term.Literal or Term.Parameter) && IsTooDeep(value!, MaxLevels))
        {
            value = null;
            return DynamoError.Validation(ValueFaults.TooDeep);
        }

        return error;
    }

    private DynamoError? TryBind(Term term, int level, out AttributeValue? value)
    {
        value = null;
        switch (term)
        {
            case Term.Literal literal:
                value = literal.Value;
                return null;
            case Term.Parameter parameter:
                value = parameters[parameter.Position].Value;
                return null;
            case var _ when level > MaxLevels:
                return DynamoError.Validation(ValueFaults.TooDeep);
            case Term.ListOf list:
                DynamoError? error = TryBindAll(list.Elements, level, out AttributeValue[] elements);
                value = error is null ? AttributeValue.FromList(elements) : null;
                return error;
            case Term.Bag bag:
                return TryBindAll(bag.Members, level, out AttributeValue[] members) ?? TryMakeSet(members, out value);
            case Term.Tuple tuple:
                return TryBindMap(tuple, level, out value);
            default:
                function = term as Term.Call;
                return PartiqlFaults.UnexpectedPath(term.Span);
        }
    }

    private DynamoError? TryBindAll(IReadOnlyList<Term> terms, int level, out AttributeValue[] values)
    {
        values = new AttributeValue[terms.Count];
        for (int i = 0; i < values.Length; i++)
        {
            if (TryBind(terms[i], level + 1, out AttributeValue? value) is { } error)
            {
                steps.Add($"[{i}]");
                return error;
            }

            values[i] = value!;
        }

        return null;
    }

    private DynamoError? TryBindMap(Term.Tuple tuple, int level, out AttributeValue? value)
    {
        value = null;
        AttributeMap map = [];
        foreach ((string name, Term member) in tuple.Members)
        {
            if (TryBind(member, level + 1, out AttributeValue? content) is { } error)
            {
                steps.Add("." + name);
                return error;
            }

            map[name] = content!;
        }

        value = AttributeValue.FromMap(map);
        return null;
    }

    private static DynamoError? TryMakeSet(AttributeValue[] members, out AttributeValue? value)
    {
        value = null;
        if (members.Length == 0)
        {
            return PartiqlFaults.EmptyBag;
        }

        if (AttributeValue.SetOf(members[0].Type) is not { } type || Array.Exists(members, member => member.Type != members[0].Type))
        {
            return PartiqlFaults.MixedBag;
        }

        if (new HashSet<AttributeValue>(members).Count < members.Length)
        {
            return DynamoError.Validation(ValueFaults.Duplicates(type, members, ValidationLayer.Older));
        }

        value = AttributeValue.FromSet(type, members);
        return null;
    }

    private static bool IsTooDeep(AttributeValue value, int levels) => levels == 0 || value.Type switch
    {
        AttributeType.L => value.Elements.Any(element => IsTooDeep(element, levels - 1)),
        AttributeType.M => value.Map.Values.Any(element => IsTooDeep(element, levels - 1)),
        _ => false,
    };
}
