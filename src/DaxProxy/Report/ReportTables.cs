using System.Text;
using System.Text.Json;

namespace DaxProxy.Report;

/// <summary>Makes, fills and removes the tables of a report, straight at DynamoDB.</summary>
/// <param name="direct">DynamoDB itself.</param>
internal sealed class ReportTables(Target direct)
{
    private const string Permissions =
        "the report needs CreateTable, DescribeTable, DeleteTable, BatchWriteItem, PutItem, GetItem and Query "
            + "of tables named daxproxy-report-*";

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CreatePatience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan DeletePatience = TimeSpan.FromSeconds(30);

    /// <summary>Those that there may be.</summary>
    private readonly List<string> made = [];

    /// <summary>Makes a table, and returns when it takes items.</summary>
    /// <exception cref="ReportFault">It was refused.</exception>
    public async Task CreateAsync(string table, CancellationToken stop)
    {
        using ReportClient client = new(direct);
        made.Add(table);
        byte[] body = Encoding.UTF8.GetBytes(
            $$"""
            {"TableName":"{{table}}","BillingMode":"PAY_PER_REQUEST",
            "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"}]}
            """);
        ClientReply reply = await client.SendPatientlyAsync("CreateTable", body, stop).ConfigureAwait(false);
        if (!reply.IsOk)
        {
            made.Remove(table);
            throw Refused(direct, "CreateTable", reply);
        }

        await WaitUntilActiveAsync(client, table, stop).ConfigureAwait(false);
    }

    /// <summary>Writes the items of a plan as version 1, on several connections.</summary>
    /// <param name="table">Into which table.</param>
    /// <param name="plan">Which items.</param>
    /// <param name="written">Told how many each time there are more.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ReportFault">It was refused.</exception>
    public async Task FillAsync(string table, ReportPlan plan, Action<int> written, CancellationToken stop)
    {
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, plan.Connections).Select(_ => FillOnOneAsync())).ConfigureAwait(false);

        async Task FillOnOneAsync()
        {
            using ReportClient client = new(direct);
            RequestBodies bodies = new(table, plan.ItemsOfPartition, plan.Workload.ItemBytes);
            for (int first; (first = Interlocked.Add(ref next, RequestBodies.BatchItems) - RequestBodies.BatchItems) < plan.Workload.Items;)
            {
                int count = Math.Min(RequestBodies.BatchItems, plan.Workload.Items - first);
                await WriteAsync(client, bodies.BatchWrite(first, count).ToArray()).ConfigureAwait(false);
                written(count);
            }
        }

        async Task WriteAsync(ReportClient client, ReadOnlyMemory<byte> batch)
        {
            for (TimeSpan wait = FirstWait; ; wait = wait < LongestWait ? 2 * wait : LongestWait)
            {
                ClientReply reply = await CheckedAsync(client, "BatchWriteItem", batch, stop).ConfigureAwait(false);
                using JsonDocument answer = JsonDocument.Parse(reply.Body);
                if (!answer.RootElement.TryGetProperty("UnprocessedItems", out JsonElement rest) || !rest.EnumerateObject().Any())
                {
                    return;
                }

                // A new table takes so many writes a second at first; what was too much comes back.
                batch = Encoding.UTF8.GetBytes($$"""{"RequestItems":{{rest.GetRawText()}}}""");
                await Task.Delay(wait, TimeProvider.System, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes them all. Returns what to tell the user of those that are left.</summary>
    public async Task<IReadOnlyList<string>> DeleteAsync() =>
        [.. (await Task.WhenAll(made.Select(TryDeleteAsync)).ConfigureAwait(false)).OfType<string>()];

    /// <summary>
    /// What to tell the user about a request that was refused. Not the refusal's own text, which may quote the request with the token of
    /// its session.
    /// </summary>
    public static ReportFault Refused(Target target, string operation, ClientReply reply) => reply.ErrorName switch
    {
        "UnrecognizedClientException" or "InvalidSignatureException" or "SignatureDoesNotMatch"
            or "IncompleteSignatureException" or "MissingAuthenticationTokenException"
            or "InvalidClientTokenId" or "ExpiredTokenException" or "ExpiredToken" =>
            new ReportFault($"{target}: does not accept the credentials ({reply.ErrorName}); {Remedy(target)}"),
        "AccessDeniedException" or "AccessDenied" =>
            new ReportFault($"{target}: {operation} was refused ({reply.ErrorName}); {Permissions}"),
        "LimitExceededException" =>
            new ReportFault(
                $"{target}: {operation} was refused ({reply.ErrorName}); "
                + "the account has too many tables, or too many are being made: remove some, or try again"),
        _ => new ReportFault($"{target}: {operation} was refused ({reply.ErrorName}); is this the address of a DynamoDB API?"),
    };

    private static string Remedy(Target target) => target.IsProxied
        ? "give the profile of a key that the proxy takes with --proxied-profile, and its region with --region"
        : "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, and the region with --region";

    private async Task WaitUntilActiveAsync(ReportClient client, string table, CancellationToken stop)
    {
        using CancellationTokenSource patience = new(CreatePatience, TimeProvider.System);
        byte[] body = Encoding.UTF8.GetBytes($$"""{"TableName":"{{table}}"}""");
        for (TimeSpan wait = FirstWait; ; wait = wait < LongestWait ? 2 * wait : LongestWait)
        {
            ClientReply reply = await CheckedAsync(client, "DescribeTable", body, stop).ConfigureAwait(false);
            using JsonDocument description = JsonDocument.Parse(reply.Body);
            if (description.RootElement.GetProperty("Table").GetProperty("TableStatus").GetString() == "ACTIVE")
            {
                return;
            }

            if (patience.IsCancellationRequested)
            {
                throw new ReportFault($"{direct}: table {table} does not become active; try again later");
            }

            await Task.Delay(wait, TimeProvider.System, stop).ConfigureAwait(false);
        }
    }

    private async Task<string?> TryDeleteAsync(string table)
    {
        using CancellationTokenSource patience = new(DeletePatience, TimeProvider.System);
        try
        {
            using ReportClient client = new(direct);
            byte[] body = Encoding.UTF8.GetBytes($$"""{"TableName":"{{table}}"}""");
            ClientReply reply = await client.SendPatientlyAsync("DeleteTable", body, patience.Token).ConfigureAwait(false);
            return reply.IsOk || reply.ErrorName == "ResourceNotFoundException" ? null : Left(reply.ErrorName);
        }
        catch (Exception fault) when (fault is ReportFault or OperationCanceledException)
        {
            return Left(fault is ReportFault ? fault.Message : "no answer in time");
        }

        string Left(string why) =>
            $"{direct}: table {table} could not be removed ({why}); remove it: aws dynamodb delete-table --table-name {table}";
    }

    private async Task<ClientReply> CheckedAsync(ReportClient client, string operation, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        ClientReply reply = await client.SendPatientlyAsync(operation, body, stop).ConfigureAwait(false);
        return reply.IsOk ? reply : throw Refused(direct, operation, reply);
    }
}
