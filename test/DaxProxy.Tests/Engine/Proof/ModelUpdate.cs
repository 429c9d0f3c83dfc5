namespace DaxProxy.Tests.Engine.Proof;

/// <summary>An update as a tree, with its meaning.</summary>
internal sealed record ModelUpdate(IReadOnlyList<ModelUpdate.Action> Actions)
{
    private const string PathFault = "The document path provided in the update expression is invalid for update";
    private const string MissingFault = "The provided expression refers to an attribute that does not exist in the item";
    private const string TypeFault = "An operand in the update expression has an incorrect data type";
    private const string OverflowFault = "Number overflow. Attempting to store a number with magnitude larger than supported range";

    /// <summary>Stands in a list where an element has been removed.</summary>
    private static readonly ModelValue Hole = ModelValue.Of("a hole");

    public IReadOnlyList<ModelPath> Targets => [.. Actions.Select(action => action.Target)];

    public bool Creates => Actions.Any(action => action.Clause is "SET" or "ADD");

    /// <summary>The item after; null when there is none. All faults that could be reported are added, in no order.</summary>
    public Dictionary<string, ModelValue>? Apply(
        Dictionary<string, ModelValue>? old, Dictionary<string, ModelValue> key, ISet<string> faults)
    {
        if (old is null && !Creates)
        {
            return null;
        }

        Dictionary<string, ModelValue> before = old ?? key;
        Dictionary<string, ModelValue> after = ModelValue.CopyOf(before);
        foreach (Action action in Actions.OrderBy(action => action.Target.Steps[^1] is int position ? position : -1))
        {
            ModelValue? value = action.Clause switch
            {
                "SET" => action.Value!.In(before, faults),
                "ADD" => Add(action.Target.Find(before), action.Value!.Constant!, faults),
                "DELETE" => Subtract(action.Target.Find(before), action.Value!.Constant!, faults),
                _ => null,
            };
            if (!TryPlace(after, before, action.Target, value) && !(old is null && action.Clause is "REMOVE" or "DELETE"))
            {
                faults.Add(PathFault);
            }
        }

        Close(ModelValue.Of(after));
        return after;
    }

    private static bool TryPlace(
        Dictionary<string, ModelValue> after, Dictionary<string, ModelValue> before, ModelPath target, ModelValue? value)
    {
        ModelValue? container = target.FindContainer(before) is null ? null : target.FindContainer(after);
        switch (container?.Type, target.Steps[^1])
        {
            case ("M", string name):
                if (value is null)
                {
                    container!.Map.Remove(name);
                }
                else
                {
                    container!.Map[name] = value.Copy();
                }

                return true;
            case ("L", int position):
                int count = target.FindContainer(before)!.Elements.Count;
                if (position < count)
                {
                    container!.Elements[position] = value?.Copy() ?? Hole;
                }
                else if (value is not null)
                {
                    container!.Elements.Add(value.Copy());
                }

                return true;
            default:
                return false;
        }
    }

    private static void Close(ModelValue value)
    {
        if (value.Type == "M")
        {
            foreach (ModelValue member in value.Map.Values)
            {
                Close(member);
            }
        }
        else if (value.Type == "L")
        {
            value.Elements.RemoveAll(element => ReferenceEquals(element, Hole));
            value.Elements.ForEach(Close);
        }
    }

    private static ModelValue? Add(ModelValue? old, ModelValue more, ISet<string> faults)
    {
        if (old is null)
        {
            return more;
        }

        if (old.Type != more.Type)
        {
            faults.Add(TypeFault);
            return null;
        }

        return more.Type == "N"
            ? Fitting(old.Number + more.Number, faults)
            : ModelValue.SetOf(old.Type, [.. old.Elements, .. more.Elements]);
    }

    private static ModelValue? Subtract(ModelValue? old, ModelValue less, ISet<string> faults)
    {
        if (old is not null && old.Type != less.Type)
        {
            faults.Add(TypeFault);
            return null;
        }

        List<ModelValue> rest = [.. (old?.Elements ?? []).Where(member => less.Elements.TrueForAll(other => other.Text != member.Text))];
        return rest.Count == 0 ? null : ModelValue.SetOf(old!.Type, rest);
    }

    private static ModelValue? Fitting(ModelNumber number, ISet<string> faults)
    {
        if (!number.Fits)
        {
            faults.Add(OverflowFault);
        }

        return ModelValue.Of(number);
    }

    /// <summary>One thing to do.</summary>
    /// <param name="Clause">SET, REMOVE, ADD, DELETE.</param>
    /// <param name="Target">Where.</param>
    /// <param name="Value">With what; null for REMOVE, a constant for ADD and DELETE.</param>
    internal sealed record Action(string Clause, ModelPath Target, Operand? Value);

    /// <summary>A right side: a constant, a path, or <c>+</c>, <c>-</c>, <c>if_not_exists</c>, <c>list_append</c> of two.</summary>
    internal sealed record Operand(
        ModelValue? Constant, ModelPath? Path = null, string? Function = null, Operand? First = null, Operand? Second = null)
    {
        public ModelValue? In(Dictionary<string, ModelValue> item, ISet<string> faults)
        {
            switch (Function)
            {
                case "if_not_exists":
                    return Path!.Find(item) ?? Second!.In(item, faults);
                case "list_append":
                    return Combine(item, faults, "L", (left, right) => ModelValue.Of([.. left.Elements, .. right.Elements]));
                case "+":
                    return Combine(item, faults, "N", (left, right) => Fitting(left.Number + right.Number, faults));
                case "-":
                    return Combine(item, faults, "N", (left, right) => Fitting(left.Number - right.Number, faults));
                default:
                    ModelValue? value = Constant ?? Path!.Find(item);
                    if (value is null)
                    {
                        faults.Add(MissingFault);
                    }

                    return value;
            }
        }

        private ModelValue? Combine(
            Dictionary<string, ModelValue> item, ISet<string> faults, string type, Func<ModelValue, ModelValue, ModelValue?> combine)
        {
            ModelValue? left = First!.In(item, faults), right = Second!.In(item, faults);
            if (left is null || right is null)
            {
                return null;
            }

            if (left.Type != type || right.Type != type)
            {
                faults.Add(TypeFault);
                return null;
            }

            return combine(left, right);
        }
    }
}
