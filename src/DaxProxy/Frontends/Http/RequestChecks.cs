using System.Buffers;
using DaxProxy.Auth;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Policies;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Http;

/// <summary>What is judged of a request besides its body: its target and its signature.</summary>
/// <param name="signatures">What verifies signatures; null when only their form is checked.</param>
/// <param name="isForwarding">Whether verbs that are not known here are passed on.</param>
/// <param name="audit">Where signatures that are refused are written down; null for nowhere.</param>
/// <param name="metrics">What counts.</param>
internal sealed class RequestChecks(SignatureVerifier? signatures, bool isForwarding, AuditLog? audit, Metrics metrics)
{
    /// <summary>Whether the digest of the body as it came is needed where it is decoded.</summary>
    public bool NeedDigest => signatures is not null;

    /// <summary>What can be said against a request before its body is known, in the order of the checks; null for nothing.</summary>
    public DynamoError? CheckHead(HttpRequest request)
    {
        string target = request.Headers["X-Amz-Target"].ToString();
        Verb? verb = JsonRequest.VerbOf(target);
        if (verb is null && !(isForwarding && Verb.IsOfService(target)))
        {
            return Unreadable(request, TransportFaults.UnknownOperation);
        }

        DynamoError? error = Noted(request, JudgeHead(request));
        if (error is not null && verb is not null)
        {
            metrics.Of(Frontend.Http, verb.Name).CountRefusal();
        }

        return error;
    }

    /// <summary>Counts a request that is refused for lack of memory.</summary>
    public void CountRefusal(HttpRequest request)
    {
        if (JsonRequest.VerbOf(request.Headers["X-Amz-Target"].ToString()) is { } verb)
        {
            metrics.Of(Frontend.Http, verb.Name).CountRefusal();
        }
    }

    /// <summary>
    /// Whether nothing can be said against who sent a request before its body is known. Nothing is counted or written down.
    /// </summary>
    public bool IsHeadRight(HttpRequest request) => JudgeHead(request) is null;

    /// <summary>
    /// Whether the signature of a request is right. If not, nothing comes of that yet: what is wrong is for <see cref="Check"/> to say.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="hash">SHA-256 of the body as it came, where that was another one; otherwise null.</param>
    /// <param name="caller">Whose signature it is; null where signatures are not verified, or it is not right.</param>
    public bool IsSigned(HttpRequest request, in ReadOnlySequence<byte> body, byte[]? hash, out Identity? caller) =>
        Judge(request, body, hash, out caller) is null;

    /// <summary>What is wrong with the signature of a request, which is written down; null for nothing.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="hash">SHA-256 of the body as it came, where that was another one; otherwise null.</param>
    /// <param name="caller">Whose signature it is; null where signatures are not verified, and after an error.</param>
    public DynamoError? Check(HttpRequest request, in ReadOnlySequence<byte> body, byte[]? hash, out Identity? caller) =>
        Noted(request, Judge(request, body, hash, out caller));

    /// <summary>The fault of a request that cannot be read: the time of its signature is judged before that.</summary>
    public DynamoError Unreadable(HttpRequest request, DynamoError fault) => Noted(request, signatures?.CheckTime(request)) ?? fault;

    private DynamoError? JudgeHead(HttpRequest request) =>
        signatures is null ? SignatureForm.Check(request) : signatures.CheckHead(request);

    private DynamoError? Judge(HttpRequest request, in ReadOnlySequence<byte> body, byte[]? hash, out Identity? caller)
    {
        caller = null;
        return signatures is null ? SignatureForm.Check(request) : signatures.Check(request, body, hash, out caller);
    }

    /// <summary>Writes down a refusal by its name only: its text may show what was signed.</summary>
    private DynamoError? Noted(HttpRequest request, DynamoError? refusal)
    {
        if (refusal is not null && audit is not null)
        {
            string verb = JsonRequest.VerbOf(request.Headers["X-Amz-Target"].ToString())?.Name ?? "*";
            audit.WriteStranger(
                DynamoDbFrontend.OriginOf(request.HttpContext), "dynamodb:" + verb, "*", SignatureParts.KeyIdOf(request), refusal.Name);
        }

        return refusal;
    }
}
