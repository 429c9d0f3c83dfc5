using System.Buffers;
using System.Text.Json;
using Amazon.Runtime;
using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json.Outbound;
using DaxProxy.Forwarding;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Backends.Remote;

/// <summary>DynamoDB itself, or a server that speaks its JSON protocol, as a backend.</summary>
/// <remarks>
/// Thread-safe; owns its connections. It asks once: retries are up to the layer around it. A write is never given up because its caller
/// has left, only when its time is up: a write that is not waited for would leave its item in doubt. Without an answer that can be relied
/// on, the reply is an <c>InternalServerError</c> of status 500. For a write it means that the outcome is unknown, unless
/// <see cref="Reply.Effect"/> says that the request never left.
/// </remarks>
internal sealed class RemoteBackend : IDynamoBackend, IDisposable
{
    private readonly RemoteConnections connections;
    private readonly RemoteCaller caller;
    private readonly RequestForwarder forwarder;
    private readonly RequestSigner signer;
    private readonly CredentialFaults credentialFaults;
    private readonly bool mayRewrite;
    private readonly BackendOutage outage;

    /// <summary>A backend that has sent nothing yet.</summary>
    /// <param name="options">Where it is and how it is talked to.</param>
    /// <param name="credentials">What requests are signed with; renew themselves.</param>
    /// <param name="isCached">Whether a layer around it keeps what writes leave behind.</param>
    /// <param name="outage">Told whether it answers.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="time">The clock.</param>
    public RemoteBackend(
        BackendOptions options, AWSCredentials credentials, bool isCached, BackendOutage outage, ILogger logger, TimeProvider time)
    {
        RemoteEndpoint endpoint = RemoteEndpoint.Of(options.EffectiveRegion, options.Endpoint);
        signer = new RequestSigner(credentials, options.EffectiveRegion, time);
        connections = new RemoteConnections(options.MaxConnections, options.ConnectionLifetime);
        caller = new RemoteCaller(endpoint, connections, signer, options.RequestTimeout, time);
        credentialFaults = new CredentialFaults(logger, time);
        forwarder = new RequestForwarder(endpoint, connections, signer, credentialFaults, options.RequestTimeout, outage);
        mayRewrite = isCached && options.RewriteReturnValues;
        ReadLag = new ReadLag(options.ReplicaSettleTime, options.IndexSettleTime);
        this.outage = outage;
    }

    /// <inheritdoc/>
    public ReadLag ReadLag { get; }

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken) => operation switch
    {
        ForwardedRequest forwarded => forwarder.SendAsync(forwarded),

        // Clients are to come back here, not to go where we go.
        DescribeEndpoints describe => new ValueTask<Reply>(new DescribeEndpointsReply(describe.Address)),
        { Verb.Effect: VerbEffect.Items } => CallAsync(operation, CancellationToken.None),
        _ => CallAsync(operation, cancellationToken),
    };

    /// <inheritdoc/>
    public void Dispose() => connections.Dispose();

    private async ValueTask<Reply> CallAsync(Operation operation, CancellationToken cancellationToken)
    {
        ReturnValues asked = ImageRequests.AskedOf(operation, mayRewrite);
        ArrayBufferWriter<byte> body = new(1024);
        OutboundCall.Write(operation, asked, body);
        try
        {
            RemoteAnswer answer = await caller.SendAsync(operation.Verb.Target, body.WrittenMemory, cancellationToken)
                .ConfigureAwait(false);
            Spans.Current?.SetTag("aws.request_id", FaultText.CodeOrNone(answer.RequestId));
            if (answer.StatusCode == StatusCodes.Status200OK)
            {
                Reply reply = ImageRequests.Complete(operation, asked, OutboundCall.Read(operation, answer.Body));
                outage.NoteAnswer();
                return reply;
            }

            if (!PassedAnswer.IsStatus(answer.StatusCode) || OutboundCall.ReadError(answer.StatusCode, answer.Body) is not { } error)
            {
                throw new RemoteFault(
                    $"The backend answered with status {answer.StatusCode} and nothing that DynamoDB would say "
                    + $"(request {FaultText.Code(answer.RequestId)})");
            }

            // Its own 500 is an answer, but not one that it is well again.
            if (error.StatusCode < StatusCodes.Status500InternalServerError)
            {
                outage.NoteAnswer();
            }

            return new ErrorReply(CredentialFaults.IsOne(error, signer) ? credentialFaults.Report(error, answer.RequestId) : error);
        }
        catch (Exception fault) when (fault is RemoteFault or JsonException)
        {
            outage.NoteFailure(operation.Name, FaultText.Of(fault));
            return new ErrorReply(TransportFaults.InternalServerError)
            {
                Effect = fault is RemoteFault { WasNeverSent: true } ? KnownEffect.None : KnownEffect.AsAnswered,
            };
        }
    }
}
