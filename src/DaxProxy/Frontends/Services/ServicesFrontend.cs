using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text.Json;
using DaxProxy.Auth;
using DaxProxy.Core.Errors;
using DaxProxy.Memory;
using DaxProxy.Policies;
using DaxProxy.Services.Codecs;
using DaxProxy.Services.Model;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Services;

/// <summary>
/// The services beside DynamoDB, on its port: finds out which one is asked in which protocol, checks signature, input and policies, and has
/// the service answer.
/// </summary>
/// <remarks>
/// Thread-safe. A service is told by the target, by the path, or, where there is but a form, by the service of the signature. Nothing large
/// is kept for a stranger. What refuses a request does so in the words of its protocol.
/// </remarks>
/// <param name="services">The services, each with what verifies signatures for it; null where only their form is checked.</param>
/// <param name="policies">What says who may do what; null where every caller may do everything.</param>
/// <param name="audit">Where refused signatures are written down; null for nowhere.</param>
/// <param name="budget">The memory that large requests may take.</param>
/// <param name="logger">Where to log clients that are too slow.</param>
internal sealed class ServicesFrontend(
    IReadOnlyList<(IService Service, SignatureVerifier? Signatures)> services,
    Authorizer? policies,
    AuditLog? audit,
    InFlightBudget budget,
    ILogger logger)
{
    private const string TargetHeader = "X-Amz-Target";

    /// <summary>Largest body, as it comes and when it is decoded. Source: CloudWatch takes 1 MB of metrics.</summary>
    private const int MaxBodyBytes = 1024 * 1024, MaxDecodedBytes = 4 * MaxBodyBytes;

    /// <summary>How much of a body is decoded at once at least.</summary>
    private const int DecodedPieceBytes = 4096;

    /// <summary>Auto scaling in front of a remote backend, whose own it is.</summary>
    private static ServiceFault NotHere { get; } = new(
        "UnknownOperationException",
        "This service is not answered here, as the backend is a remote one. Send the request to its endpoint.");

    /// <summary>There is no memory for a large request now.</summary>
    private static ServiceFault Busy { get; } = new("ThrottlingException", "Rate exceeded") { QueryCode = "Throttling" };

    /// <summary>A service as signatures call it.</summary>
    public static string ScopeOf(ServiceModel model) => model == ServiceModel.CloudWatch ? Protocols.CloudWatchScope : model.Name;

    /// <summary>Whether a POST is for one of the services, by what its head says.</summary>
    public bool IsFor(HttpRequest request) => request.Path.Value is "/"
        ? FindTarget(request, out _, out _) || IsMetricsForm(request)
        : request.Path.Value?.StartsWith(Protocols.CborPath, StringComparison.Ordinal) == true;

    /// <summary>Answers one whose body has not been read.</summary>
    /// <param name="context">The request.</param>
    /// <param name="unread">What answers those whose bodies are not read.</param>
    /// <param name="requestId">The id of its answer.</param>
    public async Task ReceiveAsync(HttpContext context, UnreadBodies unread, string requestId)
    {
        // 1. What its head says.
        HttpRequest request = context.Request;
        (IService? service, SignatureVerifier? signatures) = ServiceOf(request);
        if (service is null)
        {
            await unread.AnswerAsync(context, () => SendAsync(context, null, "", NotHere, requestId)).ConfigureAwait(false);
            return;
        }

        bool isEncoded = IsEncoded(request);
        bool isSmall = !isEncoded && request.ContentLength <= InFlightBudget.SmallBytes;
        if (request.ContentLength > MaxBodyBytes)
        {
            await RefuseTooLargeAsync(context, unread).ConfigureAwait(false);
            return;
        }

        DynamoError? unsigned = signatures is null ? SignatureForm.Check(request) : signatures.CheckHead(request);
        if (unsigned is not null && !(isSmall && unread.TryWait()))
        {
            ServiceFault refusal = RefuseStranger(request, service, unsigned, OriginOf(context));
            await unread.AnswerAsync(context, () => SendAsync(context, service, "", refusal, requestId)).ConfigureAwait(false);
            return;
        }

        if (isSmall)
        {
            await ReadAndAnswerAsync(context, unread, requestId, InFlightBudget.SmallBytes, null, isStranger: unsigned is not null)
                .ConfigureAwait(false);
            return;
        }

        // 2. A share of the memory, which what is decoded takes more of.
        using InFlightShare? share = await budget
            .TryTakeForRequestAsync(isEncoded ? MaxDecodedBytes : MaxBodyBytes, context.RequestAborted).ConfigureAwait(false);
        if (share is null)
        {
            await unread.AnswerKnownAsync(context, () => SendAsync(context, service, "", Busy, requestId)).ConfigureAwait(false);
            return;
        }

        // 3. The body, which may not take for ever.
        using CancellationTokenSource late = budget.TimeLimit(MaxBodyBytes);
        await ReadAndAnswerAsync(context, unread, requestId, MaxBodyBytes, late, isStranger: false).ConfigureAwait(false);
    }

    /// <summary>Answers one whose body is at hand.</summary>
    /// <param name="context">The request.</param>
    /// <param name="requestId">The id of its answer.</param>
    /// <param name="body">The body as it came.</param>
    public async Task AnswerAsync(HttpContext context, string requestId, byte[] body)
    {
        (IService? service, SignatureVerifier? signatures) = ServiceOf(context.Request);
        (string operation, ServiceAnswer answer) = service is null
            ? ("", NotHere)
            : await AnswerAsync(context, CodecOf(context.Request), service, signatures, body).ConfigureAwait(false);
        await SendAsync(context, service, operation, answer, requestId).ConfigureAwait(false);
    }

    private static async Task SendAsync(HttpContext context, IService? service, string operation, ServiceAnswer answer, string requestId)
    {
        IServiceCodec codec = CodecOf(context.Request);
        HttpResponse response = context.Response;
        response.ContentType = codec.ContentType;
        if (codec == Protocols.Cbor)
        {
            response.Headers["smithy-protocol"] = "rpc-v2-cbor";
        }

        byte[] written;
        if (answer.Fault is { } fault)
        {
            response.StatusCode = fault.StatusCode;
            if (codec != Protocols.Query && service?.Model == ServiceModel.CloudWatch)
            {
                response.Headers["x-amzn-query-error"] = fault.QueryCode + (fault.StatusCode < 500 ? ";Sender" : ";Receiver");
            }

            written = codec.Write(fault, requestId);
        }
        else
        {
            written = codec.Write(operation, answer.Result!, requestId);
        }

        response.ContentLength = written.Length;
        await response.Body.WriteAsync(written, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task<(string Operation, ServiceAnswer Answer)> AnswerAsync(
        HttpContext context, IServiceCodec codec, IService service, SignatureVerifier? signatures, byte[] body)
    {
        // 1. Who asks.
        HttpRequest request = context.Request;
        RequestOrigin origin = OriginOf(context);
        Identity? caller = null;
        DynamoError? unsigned = signatures is null
            ? SignatureForm.Check(request)
            : signatures.Check(request, new ReadOnlySequence<byte>(body), null, out caller);
        if (unsigned is not null)
        {
            return ("", RefuseStranger(request, service, unsigned, origin));
        }

        // 2. What for.
        if (DecodedOf(request, body) is not { } decoded)
        {
            return ("", codec.Unreadable);
        }

        string operation = OperationOf(request, decoded);
        return (operation, await AnswerAsync(context, codec, service, operation, decoded, caller, origin).ConfigureAwait(false));
    }

    private async Task<ServiceAnswer> AnswerAsync(
        HttpContext context,
        IServiceCodec codec,
        IService service,
        string operation,
        byte[] decoded,
        Identity? caller,
        RequestOrigin origin)
    {
        if (service.Model.Operations.GetValueOrDefault(operation) is not { } shape)
        {
            return new ServiceFault(
                "UnknownOperationException",
                service.Model.Operations.ContainsKey(operation)
                    ? $"The operation {operation} is not answered here."
                    : $"Could not find operation {operation}.")
            {
                QueryCode = "InvalidAction",
            };
        }

        using JsonDocument? input = codec.TryRead(decoded, shape);
        if (input is null)
        {
            return codec.Unreadable;
        }

        try
        {
            if (InputCheck.Check(shape, input.RootElement) is { } broken)
            {
                return service.Model == ServiceModel.CloudWatch
                    ? new ServiceFault("ValidationError", broken)
                    : new ServiceFault("ValidationException", broken);
            }
        }
        catch (InvalidOperationException)
        {
            // A text with half a surrogate pair: only reading it shows it.
            return codec.Unreadable;
        }

        // 3. Whether it may be.
        string[] resources = [.. service.ResourcesOf(operation, input.RootElement)];
        if (policies?.CheckService(service.Model.Name, operation, resources, caller!, origin) is { } refusal)
        {
            return FaultOf(refusal);
        }

        return await service.ExecuteAsync(operation, input.RootElement, context.RequestAborted).ConfigureAwait(false);
    }

    private static RequestOrigin OriginOf(HttpContext context) => new(
        Frontend.Http,
        context.Connection.RemoteIpAddress,
        context.Request.IsHttps,
        context.Request.Headers.UserAgent.ToString());

    private ServiceFault RefuseStranger(HttpRequest request, IService service, DynamoError unsigned, RequestOrigin origin)
    {
        audit?.WriteStranger(origin, $"{service.Model.Name}:*", "*", SignatureParts.KeyIdOf(request), unsigned.Name);
        return FaultOf(unsigned);
    }

    /// <summary>A refusal for who asks, which the query protocol has other names for.</summary>
    private static ServiceFault FaultOf(DynamoError error) => new(error.Name, error.Message ?? "", error.Name switch
    {
        "AccessDeniedException" => StatusCodes.Status400BadRequest,
        _ => error.StatusCode,
    })
    {
        QueryCode = error.Name switch
        {
            "UnrecognizedClientException" => "InvalidClientTokenId",
            "InvalidSignatureException" => "SignatureDoesNotMatch",
            "MissingAuthenticationTokenException" => "MissingAuthenticationToken",
            "ExpiredTokenException" => "ExpiredToken",
            "AccessDeniedException" => "AccessDenied",
            var name => name,
        },
    };

    private static bool IsMetricsForm(HttpRequest request)
    {
        if (request.ContentType?.StartsWith(Protocols.Form, StringComparison.OrdinalIgnoreCase) != true
            || SignatureForm.Check(request) is not null)
        {
            return false;
        }

        return SignatureParts.Of(request).Credential.EndsWith(
            $"/{Protocols.CloudWatchScope}/{SignatureV4.Terminator}", StringComparison.Ordinal);
    }

    private static IServiceCodec CodecOf(HttpRequest request) => request.Path.Value is not "/" ? Protocols.Cbor
        : FindTarget(request, out string? target, out _) ? Protocols.Json[target]
        : Protocols.Query;

    private static string OperationOf(HttpRequest request, byte[] body) =>
        request.Path.Value is { } path and not "/" ? path[Protocols.CborPath.Length..]
        : FindTarget(request, out _, out string? operation) ? operation
        : QueryCodec.TryReadForm(body)?.GetValueOrDefault("Action").ToString() ?? "";

    /// <summary>Reads and answers, unless the body is longer than that, or is sent too slowly.</summary>
    private async Task ReadAndAnswerAsync(
        HttpContext context, UnreadBodies unread, string requestId, long maxBytes, CancellationTokenSource? late, bool isStranger)
    {
        byte[]? body;
        using (CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(
            late?.Token ?? CancellationToken.None, context.RequestAborted))
        {
            try
            {
                body = await TryReadAsync(context.Request.BodyReader, maxBytes, end.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (late?.IsCancellationRequested == true)
            {
                // A client that sends too slowly may not hold its share.
                Log.RequestAbandoned(logger, context.TraceIdentifier);
                context.Abort();
                return;
            }
            finally
            {
                if (isStranger)
                {
                    unread.EndWait();
                }
            }
        }

        await (body is null ? RefuseTooLargeAsync(context, unread) : AnswerAsync(context, requestId, body)).ConfigureAwait(false);
    }

    private static async Task<byte[]?> TryReadAsync(PipeReader reader, long maxBytes, CancellationToken cancellationToken)
    {
        if (await BodyReading.TryReadAsync(reader, maxBytes, cancellationToken).ConfigureAwait(false) is not { } read)
        {
            return null;
        }

        byte[] body = read.ToArray();
        reader.AdvanceTo(read.End);
        return body;
    }

    private static Task RefuseTooLargeAsync(HttpContext context, UnreadBodies unread) => unread.AnswerAsync(context, () =>
    {
        context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        return Task.CompletedTask;
    });

    private (IService? Service, SignatureVerifier? Signatures) ServiceOf(HttpRequest request)
    {
        string asked = FindTarget(request, out string? target, out _) ? target : ServiceModel.CloudWatch.Target;
        return services.FirstOrDefault(known => known.Service.Model.Target == asked);
    }

    private static bool FindTarget(
        HttpRequest request, [NotNullWhen(true)] out string? target, [NotNullWhen(true)] out string? operation)
    {
        string named = request.Headers[TargetHeader].ToString();

        // What nearly every request is, without an allocation.
        int dot = named.StartsWith("DynamoDB", StringComparison.Ordinal) ? -1 : named.IndexOf('.', StringComparison.Ordinal);
        target = dot > 0 ? named[..dot] : null;
        operation = dot > 0 ? named[(dot + 1)..] : null;
        return target is not null && operation is not null && Protocols.Json.ContainsKey(target);
    }

    private static bool IsEncoded(HttpRequest request) => request.Headers.ContentEncoding.ToString() is not ("" or "identity");

    private static byte[]? DecodedOf(HttpRequest request, byte[] body)
    {
        if (!IsEncoded(request))
        {
            return body;
        }

        if (request.Headers.ContentEncoding.ToString() != "gzip")
        {
            return null;
        }

        try
        {
            using GZipStream gzip = new(new MemoryStream(body), CompressionMode.Decompress);
            ArrayBufferWriter<byte> decoded = new();
            while (decoded.WrittenCount <= MaxDecodedBytes)
            {
                int read = gzip.Read(decoded.GetSpan(DecodedPieceBytes));
                if (read == 0)
                {
                    return decoded.WrittenSpan.ToArray();
                }

                decoded.Advance(read);
            }
        }
        catch (InvalidDataException)
        {
            // The caller says so.
        }

        return null;
    }
}
