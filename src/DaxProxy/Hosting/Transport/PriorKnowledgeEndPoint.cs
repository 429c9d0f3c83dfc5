using System.Net;

namespace DaxProxy.Hosting.Transport;

/// <summary>The address of a listener inside the process that serves connections which began with the HTTP/2 preface.</summary>
internal sealed class PriorKnowledgeEndPoint : EndPoint
{
    /// <inheritdoc/>
    public override string ToString() => "prior-knowledge";
}
