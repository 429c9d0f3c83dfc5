using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>One change that an update makes to one place of the item.</summary>
/// <remarks>Immutable and thread-safe. The set of kinds is closed.</remarks>
public abstract record UpdateAction
{
    private UpdateAction(DocumentPath target) => Target = target;

    /// <summary>The place that changes.</summary>
    public DocumentPath Target { get; }

    /// <summary>Puts a value there, whatever was there.</summary>
    public sealed record Set : UpdateAction
    {
        /// <summary>Puts the operand's value at the target.</summary>
        public Set(DocumentPath target, Operand value)
            : base(target) => Value = value;

        /// <summary>The value, computed from the item as it was.</summary>
        public Operand Value { get; }
    }

    /// <summary>Takes away what is there.</summary>
    public sealed record Remove : UpdateAction
    {
        /// <summary>Empties the target.</summary>
        public Remove(DocumentPath target)
            : base(target)
        {
        }
    }

    /// <summary>Adds to a number or a set; nothing there counts as 0 or as the empty set.</summary>
    public sealed record Add : UpdateAction
    {
        /// <summary>Adds a number or a set; in legacy updates also a list, which is appended.</summary>
        public Add(DocumentPath target, AttributeValue value)
            : base(target) => Value = value;

        /// <summary>What is added.</summary>
        public AttributeValue Value { get; }
    }

    /// <summary>Takes members out of a set; a set without members goes.</summary>
    public sealed record Delete : UpdateAction
    {
        /// <summary>Takes the members of a set out.</summary>
        public Delete(DocumentPath target, AttributeValue value)
            : base(target) => Value = value;

        /// <summary>A set.</summary>
        public AttributeValue Value { get; }
    }
}
