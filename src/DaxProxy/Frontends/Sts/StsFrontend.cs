using System.Buffers;
using System.Globalization;
using System.Text;
using System.Xml;
using DaxProxy.Auth;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Policies;
using DaxProxy.Policies;
using DaxProxy.Telemetry;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace DaxProxy.Frontends.Sts;

/// <summary>
/// As much of the Security Token Service as clients of DynamoDB need: <c>GetCallerIdentity</c> and <c>AssumeRole</c>, in its query
/// protocol.
/// </summary>
/// <remarks>Thread-safe. A request is signed for the service <c>sts</c>. Source: STS API reference, version 2011-06-15.</remarks>
/// <param name="sessions">What gives sessions out.</param>
/// <param name="signatures">What verifies signatures for <c>sts</c>.</param>
/// <param name="audit">Where refused signatures are written down; null for nowhere.</param>
internal sealed class StsFrontend(RoleSessions sessions, SignatureVerifier signatures, AuditLog? audit)
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Namespace = "https://sts.amazonaws.com/doc/2011-06-15/";
    private const int MaxBodyBytes = 64 * 1024, MaxParameters = 256;

    /// <summary>Whether a POST is one of the query protocol.</summary>
    public static bool IsFor(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith(Form, StringComparison.OrdinalIgnoreCase);

    /// <summary>Answers one.</summary>
    /// <param name="context">The request.</param>
    /// <param name="unread">What answers those whose bodies are too large.</param>
    /// <param name="requestId">The id of its answer.</param>
    public async Task AnswerAsync(HttpContext context, UnreadBodies unread, string requestId)
    {
        if (!unread.TryWait())
        {
            context.Abort();
            return;
        }

        ReadOnlySequence<byte>? read = null;
        try
        {
            if (!(context.Request.ContentLength > MaxBodyBytes))
            {
                read = await BodyReading.TryReadAsync(context.Request.BodyReader, MaxBodyBytes, context.RequestAborted)
                    .ConfigureAwait(false);
            }
        }
        finally
        {
            unread.EndWait();
        }

        if (read is not { } form)
        {
            string refusal = Error("RequestEntityTooLarge", "The request is too large", requestId);
            await unread.AnswerAsync(context, () => SendAsync(context, StatusCodes.Status413PayloadTooLarge, refusal))
                .ConfigureAwait(false);
            return;
        }

        byte[] body = form.ToArray();
        context.Request.BodyReader.AdvanceTo(form.End);
        DynamoError? unsigned = signatures.Check(context.Request, new ReadOnlySequence<byte>(body), null, out Identity? caller);
        if (unsigned is not null)
        {
            audit?.WriteStranger(OriginOf(context), "sts:*", "*", SignatureParts.KeyIdOf(context.Request), unsigned.Name);
        }

        (int status, string xml) = unsigned is not null ? Refuse(unsigned, requestId) : Answer(context, body, caller!, requestId);
        await SendAsync(context, status, xml).ConfigureAwait(false);
    }

    private (int Status, string Xml) Answer(HttpContext context, byte[] body, Identity caller, string requestId)
    {
        Dictionary<string, StringValues> parameters;
        try
        {
            using FormReader reader = new(Encoding.UTF8.GetString(body)) { ValueCountLimit = MaxParameters };
            parameters = reader.ReadForm();
        }
        catch (InvalidDataException)
        {
            return (StatusCodes.Status400BadRequest, Error("MalformedQueryString", "The query string contains a syntax error", requestId));
        }

        string action = Text(parameters, "Action");
        switch (action)
        {
            case "GetCallerIdentity":
                Principal principal = sessions.Identify(caller);
                return (StatusCodes.Status200OK, Reply(action, requestId, xml =>
                {
                    xml.WriteElementString("Arn", principal.Arn);
                    xml.WriteElementString("UserId", principal.UserId);
                    xml.WriteElementString("Account", principal.Account);
                }));
            case "AssumeRole":
                return AssumeRole(context, parameters, caller, requestId);
            default:
                return (StatusCodes.Status400BadRequest, Error(
                    "InvalidAction", $"Could not find operation {action} for version {Text(parameters, "Version")}", requestId));
        }
    }

    private (int Status, string Xml) AssumeRole(
        HttpContext context, Dictionary<string, StringValues> parameters, Identity caller, string requestId)
    {
        if (TryRead(parameters, out AssumeRoleRequest? request) is { } unread)
        {
            return (StatusCodes.Status400BadRequest, Error("ValidationError", unread, requestId));
        }

        if (sessions.TryBegin(request!, caller, OriginOf(context), out GrantedSession? granted) is var (code, message))
        {
            int status = code == "AccessDenied" ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest;
            return (status, Error(code, message, requestId));
        }

        return (StatusCodes.Status200OK, Reply("AssumeRole", requestId, xml =>
        {
            xml.WriteStartElement("Credentials");
            xml.WriteElementString("AccessKeyId", granted!.Credentials.AccessKeyId);
            xml.WriteElementString("SecretAccessKey", granted.Credentials.SecretAccessKey);
            xml.WriteElementString("SessionToken", granted.Credentials.SessionToken);
            xml.WriteElementString(
                "Expiration", granted.ExpiresAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            xml.WriteEndElement();
            xml.WriteStartElement("AssumedRoleUser");
            xml.WriteElementString("AssumedRoleId", granted.Principal.UserId);
            xml.WriteElementString("Arn", granted.Principal.Arn);
            xml.WriteEndElement();
        }));
    }

    private static RequestOrigin OriginOf(HttpContext context) => new(
        Frontend.Http, context.Connection.RemoteIpAddress, context.Request.IsHttps, context.Request.Headers.UserAgent.ToString());

    /// <summary>What is wrong with the parameters; null for nothing.</summary>
    private static string? TryRead(Dictionary<string, StringValues> parameters, out AssumeRoleRequest? request)
    {
        request = null;
        if (parameters.Keys.FirstOrDefault(IsUnsupported) is { } unsupported)
        {
            return $"{unsupported} is not supported here";
        }

        string seconds = Text(parameters, "DurationSeconds");
        int duration = AssumeRoleRequest.DefaultSeconds;
        if (seconds.Length > 0 && !int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out duration))
        {
            return $"'{seconds}' is no number of seconds";
        }

        Dictionary<string, string> tags = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, StringValues key) in parameters)
        {
            if (name.StartsWith("Tags.member.", StringComparison.Ordinal) && name.EndsWith(".Key", StringComparison.Ordinal)
                && !tags.TryAdd(key.ToString(), Text(parameters, name[..^"Key".Length] + "Value")))
            {
                return "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
            }
        }

        request = new AssumeRoleRequest(
            Text(parameters, "RoleArn"), Text(parameters, "RoleSessionName"), duration, Text(parameters, "Policy"), tags);
        return null;
    }

    /// <summary>
    /// Parameters that would limit the session or prove who asks: who sends one must not get a session without that.
    /// </summary>
    private static bool IsUnsupported(string parameter) => parameter.StartsWith("PolicyArns.", StringComparison.Ordinal)
        || parameter.StartsWith("TransitiveTagKeys.", StringComparison.Ordinal)
        || parameter is "ExternalId" or "SerialNumber" or "TokenCode";

    private static string Text(Dictionary<string, StringValues> parameters, string name) =>
        parameters.TryGetValue(name, out StringValues value) ? value.ToString() : "";

    /// <summary>A fault of the signature in the words of this service, which has another name for each.</summary>
    private static (int Status, string Xml) Refuse(DynamoError error, string requestId)
    {
        (int status, string code) = error.Name switch
        {
            "UnrecognizedClientException" => (StatusCodes.Status403Forbidden, "InvalidClientTokenId"),
            "InvalidSignatureException" => (StatusCodes.Status403Forbidden, "SignatureDoesNotMatch"),
            "MissingAuthenticationTokenException" => (StatusCodes.Status403Forbidden, "MissingAuthenticationToken"),
            "ExpiredTokenException" => (StatusCodes.Status403Forbidden, "ExpiredToken"),
            _ => (StatusCodes.Status400BadRequest, "IncompleteSignature"),
        };
        return (status, Error(code, error.Message ?? "", requestId));
    }

    private static Task SendAsync(HttpContext context, int status, string xml)
    {
        byte[] body = Encoding.UTF8.GetBytes(xml);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/xml";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static string Reply(string action, string requestId, Action<XmlWriter> write) => Write(xml =>
    {
        xml.WriteStartElement(action + "Response", Namespace);
        xml.WriteStartElement(action + "Result");
        write(xml);
        xml.WriteEndElement();
        xml.WriteStartElement("ResponseMetadata");
        xml.WriteElementString("RequestId", requestId);
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    private static string Error(string code, string message, string requestId) => Write(xml =>
    {
        xml.WriteStartElement("ErrorResponse", Namespace);
        xml.WriteStartElement("Error");
        xml.WriteElementString("Type", "Sender");
        xml.WriteElementString("Code", code);
        xml.WriteElementString("Message", message);
        xml.WriteEndElement();
        xml.WriteElementString("RequestId", requestId);
        xml.WriteEndElement();
    });

    private static string Write(Action<XmlWriter> write)
    {
        StringBuilder text = new();
        using (XmlWriter xml = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, CheckCharacters = false }))
        {
            write(xml);
        }

        return text.ToString();
    }
}
