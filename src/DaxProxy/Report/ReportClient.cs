using DaxProxy.Load;

namespace DaxProxy.Report;

/// <summary>Sends single requests to one of the targets, one after the other, and takes their whole answers.</summary>
/// <param name="target">The target.</param>
internal sealed class ReportClient(Target target) : IDisposable
{
    private const string TargetPrefix = "DynamoDB_20120810.";
    private const int Attempts = 15;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly RequestWriter writer = target.NewWriter();
    private LoadConnection? connection;

    /// <summary>Sends a request once.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="body">The body.</param>
    /// <param name="stop">Waits no longer.</param>
    /// <exception cref="ReportFault">There is no answer.</exception>
    public async Task<ClientReply> SendAsync(string operation, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        try
        {
            connection ??= await target.ConnectAsync(stop).ConfigureAwait(false);
            Task<int> exchange = connection.ExchangeAsync(writer.Write(TargetPrefix + operation, body.Span)).AsTask();
            int length = await target.WaitAsync(exchange, Target.Patience, stop).ConfigureAwait(false);
            return ClientReply.Of(connection.Received(length));
        }
        catch (Exception)
        {
            // What comes next on this connection might be the answer to this.
            Dispose();
            throw;
        }
    }

    /// <summary>Sends a request, and again where it is refused only for now.</summary>
    /// <exception cref="ReportFault">There is no answer.</exception>
    public async Task<ClientReply> SendPatientlyAsync(string operation, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        TimeSpan wait = FirstWait;
        for (int attempt = 1; ; attempt++)
        {
            ClientReply reply = await SendAsync(operation, body, stop).ConfigureAwait(false);
            if (attempt == Attempts || !IsForNow(reply))
            {
                return reply;
            }

            await Task.Delay(wait, TimeProvider.System, stop).ConfigureAwait(false);
            wait = wait < LongestWait ? 2 * wait : LongestWait;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        connection?.Dispose();
        connection = null;
    }

    private static bool IsForNow(ClientReply reply) => reply.Status >= StatusCodes.Status500InternalServerError
        || (!reply.IsOk
            && reply.ErrorName is "ProvisionedThroughputExceededException" or "ThrottlingException" or "RequestLimitExceeded"
                or "LimitExceededException" or "ResourceInUseException");
}
