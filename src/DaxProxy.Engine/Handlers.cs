using System.Diagnostics;
using DaxProxy.Core.Operations;

namespace DaxProxy.Engine;

/// <summary>What answers each verb.</summary>
/// <remarks>Thread-safe once all have been added.</remarks>
internal sealed class Handlers
{
    private readonly Dictionary<Verb, Func<Operation, ValueTask<Reply>>> handlers = [];

    public void Add<TOperation>(Verb verb, Func<TOperation, Reply> handle)
        where TOperation : Operation => handlers.Add(verb, operation => new(handle((TOperation)operation)));

    public void Add<TOperation>(Verb verb, Func<TOperation, Task<Reply>> handle)
        where TOperation : Operation => handlers.Add(verb, operation => new(handle((TOperation)operation)));

    public void Add<TOperation>(Verb verb, Func<TOperation, ValueTask<Reply>> handle)
        where TOperation : Operation => handlers.Add(verb, operation => handle((TOperation)operation));

    public ValueTask<Reply> ExecuteAsync(Operation operation) =>
        handlers.TryGetValue(operation.Verb, out Func<Operation, ValueTask<Reply>>? handle)
            ? handle(operation)
            : throw new UnreachableException($"The engine does not answer {operation.Name}; PartiQL is answered in front of it.");
}
