using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
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
internal sealed class ServicesFrontend(
    IReadOnlyList<(IService Service, SignatureVerifier? Signatures)> services,
    Authorizer? policies,
    AuditLog? audit,
    InFlightBudget budget)
{
    private const string TargetHeader = "X-Amz-Target";

    /// <summary>Largest body, as it comes and when it is decoded. Source: CloudWatch takes 1 MB of metrics.</summary>
    private const int MaxBodyBytes = 1024 * 1024, MaxDecodedBytes = 4 * MaxBodyBytes;

    /// <summary>Auto scaling in front of a remote backend, whose own it is.</summary>
    private static ServiceFault NotHere { get; } = new(
        "UnknownOperationException",
        "This service is not answered here, as the backend is a remote one. Send the request to its endpoint.");

    /// <summary>A service as signatures call it.</summary>
    public static string ScopeOf(ServiceModel model) => model == ServiceModel.CloudWatch ? Protocols.CloudWatchScope : model.Name;

    /// <summary>Whether a POST is for one of the services, by what its head says.</summary>
    public bool IsFor(HttpRequest request) => request.Path.Value is "/"
        ? FindTarget(request, out _, out _) || IsMetricsForm(request)
        : request.Path.Value?.StartsWith(Protocols.CborPath, StringComparison.Ordinal) == true;

    /// <summary>Answers one whose body has not been read.</summary>
    /// <param name="context">The request.</param>
    /// <param name="unread">What answers those whose bodies are too large.</param>
    /// <param name="requestId">The id of its answer.</param>
    public async Task ReceiveAsync(HttpContext context, UnreadBodies unread, string requestId)
    {
        HttpRequest request = context.Request;
        if (request.ContentLength <= InFlightBudget.SmallBytes)
        {
            await ReadAndAnswerAsync(context, unread, requestId, InFlightBudget.SmallBytes, context.RequestAborted).ConfigureAwait(false);
            return;
        }

        if (request.ContentLength > MaxBodyBytes
            || ServiceOf(request).Signatures?.CheckHead(request) is not null
            || await budget.TryTakeForRequestAsync(MaxBodyBytes, context.RequestAborted).ConfigureAwait(false) is not { } share)
        {
            await RefuseTooLargeAsync(context, unread).ConfigureAwait(false);
            return;
        }

        using (share)
        using (CancellationTokenSource late = budget.TimeLimit(MaxBodyBytes))
        using (CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted))
        {
            await ReadAndAnswerAsync(context, unread, requestId, MaxBodyBytes, end.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Answers one whose body is at hand.</summary>
    /// <param name="context">The request.</param>
    /// <param name="requestId">The id of its answer.</param>
    /// <param name="body">The body as it came.</param>
    public async Task AnswerAsync(HttpContext context, string requestId, byte[] body)
    {
        IServiceCodec codec = CodecOf(context.Request);
        (IService? service, SignatureVerifier? signatures) = ServiceOf(context.Request);
        (string operation, ServiceAnswer answer) = service is null
            ? ("", NotHere)
            : await AnswerAsync(context, codec, service, signatures, body).ConfigureAwait(false);
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
        RequestOrigin origin = new(
            Frontend.Http, context.Connection.RemoteIpAddress, request.IsHttps, request.Headers.UserAgent.ToString());
        Identity? caller = null;
        DynamoError? unsigned = signatures is null
            ? SignatureForm.Check(request)
            : signatures.Check(request, new ReadOnlySequence<byte>(body), null, out caller);
        if (unsigned is not null)
        {
            audit?.WriteStranger(origin, $"{service.Model.Name}:*", "*", SignatureParts.KeyIdOf(request), unsigned.Name);
            return ("", FaultOf(unsigned));
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

    /// <summary>Reads and answers, unless the body is longer than that.</summary>
    private async Task ReadAndAnswerAsync(
        HttpContext context, UnreadBodies unread, string requestId, long maxBytes, CancellationToken cancellationToken)
    {
        if (await BodyReading.TryReadAsync(context.Request.BodyReader, maxBytes, cancellationToken).ConfigureAwait(false) is not { } read)
        {
            await RefuseTooLargeAsync(context, unread).ConfigureAwait(false);
            return;
        }

        byte[] body = read.ToArray();
        context.Request.BodyReader.AdvanceTo(read.End);
        await AnswerAsync(context, requestId, body).ConfigureAwait(false);
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

    private static byte[]? DecodedOf(HttpRequest request, byte[] body)
    {
        string coding = request.Headers.ContentEncoding.ToString();
        if (coding is "" or "identity")
        {
            return body;
        }

        if (coding != "gzip")
        {
            return null;
        }

        try
        {
            using GZipStream gzip = new(new MemoryStream(body), CompressionMode.Decompress);
            byte[] decoded = new byte[MaxDecodedBytes];
            int length = gzip.ReadAtLeast(decoded, decoded.Length, throwOnEndOfStream: false);
            return gzip.ReadByte() < 0 ? decoded[..length] : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
