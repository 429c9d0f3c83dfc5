using System.Net;
using DaxProxy.Engine.Storage.Seals;

namespace DaxProxy.Telemetry;

/// <summary>Every line the process logs. Event ids are stable: a new line takes a new one, a removed line's is not used again.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Request {RequestId} of {Frontend} failed: {Fault} ({Silent} more since the last line like this)")]
    public static partial void RequestFailed(ILogger logger, string requestId, Frontend frontend, string fault, long silent);

    [LoggerMessage(13, LogLevel.Debug, "Request {RequestId} failed")]
    public static partial void RequestFailedAt(ILogger logger, string requestId, Exception exception);

    [LoggerMessage(90, LogLevel.Warning, "The HTTP server has ended a connection: {Fault} ({Silent} more since the last line like this)")]
    public static partial void ConnectionBroken(ILogger logger, string fault, long silent);

    [LoggerMessage(2, LogLevel.Debug, "Request {RequestId} was abandoned by the client")]
    public static partial void RequestAbandoned(ILogger logger, string requestId);

    [LoggerMessage(80, LogLevel.Warning, "A minute's step of metrics or auto scaling failed; the next one does what it did not")]
    public static partial void ServiceStepFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        81,
        LogLevel.Warning,
        "Metrics and settings of auto scaling could not be read, as their file is damaged; it is {File} now, and they begin with none")]
    public static partial void ServiceStoreDamaged(ILogger logger, string file);

    [LoggerMessage(82, LogLevel.Warning, "A stored {Kind} cannot be read and is left out: {Id}")]
    public static partial void ServiceDocumentSkipped(ILogger logger, string kind, string id, Exception exception);

    [LoggerMessage(83, LogLevel.Warning, "There are too many metrics; values of {Namespace} {Name}, and of others like it, are not kept")]
    public static partial void TooManyMetrics(ILogger logger, string @namespace, string name);

    [LoggerMessage(4, LogLevel.Warning, "Requests were still in flight {Seconds} seconds after the stop and were cut off")]
    public static partial void DrainTimedOut(ILogger logger, double seconds);

    [LoggerMessage(5, LogLevel.Warning, "The short way to the cache failed; the request takes the long one")]
    public static partial void PeekFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        6,
        LogLevel.Warning,
        "The backend gave no answer to {Operation} that can be relied on: {Fault}. "
        + "An outage begins: what else fails is counted, not logged")]
    public static partial void BackendFailed(ILogger logger, string operation, string fault);

    [LoggerMessage(
        93, LogLevel.Warning, "The outage of the backend has ended: it lasted {Seconds} seconds, in which {Failures} calls failed")]
    public static partial void BackendAnswers(ILogger logger, double seconds, long failures);

    [LoggerMessage(
        7, LogLevel.Information, "The backend fails too often for '{Bulkhead}', a table or verb: its requests are refused for a while")]
    public static partial void BreakerOpened(ILogger logger, string bulkhead);

    [LoggerMessage(8, LogLevel.Information, "The backend answers again for '{Bulkhead}'")]
    public static partial void BreakerClosed(ILogger logger, string bulkhead);

    [LoggerMessage(31, LogLevel.Information, "A bulk operation writes {Tables}: not cached until it has ended")]
    public static partial void BulkBegun(ILogger logger, string tables);

    [LoggerMessage(32, LogLevel.Information, "The bulk operation on {Tables} has ended: cached again in {Seconds} seconds")]
    public static partial void BulkEnded(ILogger logger, string tables, double seconds);

    [LoggerMessage(
        33,
        LogLevel.Warning,
        "The backend does not say how the bulk operation on {Tables} stands: "
        + "not cached until it does, or for {Hours} hours (Backend:BulkDoubt)")]
    public static partial void BulkUnknown(ILogger logger, string tables, double hours);

    [LoggerMessage(
        34,
        LogLevel.Warning,
        "The backend has not said for {Hours} hours how the bulk operation on {Tables} stands: "
        + "it is taken to have ended (Backend:BulkDoubt)")]
    public static partial void BulkGivenUp(ILogger logger, string tables, double hours);

    [LoggerMessage(
        35,
        LogLevel.Warning,
        "The backend does not list bulk operations ({Fault}): tables that one writes may be cached. "
        + "Allow dynamodb:ListBulkOperations and dynamodb:DescribeBulkOperation")]
    public static partial void BulkUnlisted(ILogger logger, string fault);

    [LoggerMessage(20, LogLevel.Information, "The certificate {File} has changed; new connections are given the new one")]
    public static partial void CertificateRenewed(ILogger logger, string file);

    [LoggerMessage(21, LogLevel.Warning, "The certificate {File} has changed and cannot be used; the one of before stays")]
    public static partial void CertificateKept(ILogger logger, string file, Exception exception);

    [LoggerMessage(91, LogLevel.Information, "The authorities of {File} have changed; new connections are judged by the new ones")]
    public static partial void AuthoritiesRenewed(ILogger logger, string file);

    [LoggerMessage(92, LogLevel.Warning, "The authorities of {File} have changed and cannot be used; those of before stay: {Fault}")]
    public static partial void AuthoritiesKept(ILogger logger, string file, string fault);

    [LoggerMessage(22, LogLevel.Information, "Requests may be signed with {Count} access keys, those in {File}")]
    public static partial void KeysRead(ILogger logger, string file, int count);

    [LoggerMessage(23, LogLevel.Warning, "The access keys in {File} have changed and cannot be used ({Fault}); those of before stay")]
    public static partial void KeysKept(ILogger logger, string file, string fault);

    [LoggerMessage(25, LogLevel.Information, "The policies in {Folder} have changed and are in force")]
    public static partial void PoliciesRenewed(ILogger logger, string folder);

    [LoggerMessage(26, LogLevel.Warning, "The policies in {Folder} have changed and cannot be used ({Fault}); those of before stay")]
    public static partial void PoliciesKept(ILogger logger, string folder, string fault);

    [LoggerMessage(27, LogLevel.Error, "The audit log {File} cannot be written; lines are lost until it can be, and counted")]
    public static partial void AuditFailed(ILogger logger, string file, Exception exception);

    [LoggerMessage(28, LogLevel.Error, "The access log {File} cannot be written; lines are lost until it can be, and counted")]
    public static partial void AccessLogFailed(ILogger logger, string file, Exception exception);

    [LoggerMessage(
        24,
        LogLevel.Warning,
        "The {Secret} in {File} can be read by others than its owner; take that right from them: chmod 600")]
    public static partial void SecretExposed(ILogger logger, string secret, string file);

    [LoggerMessage(
        70,
        LogLevel.Warning,
        "A request for the host '{Host}' was refused: it is no name of this machine. "
        + "If it should be, add it to Listen.AllowedHosts")]
    public static partial void HostRefused(ILogger logger, string host);

    [LoggerMessage(
        71,
        LogLevel.Warning,
        "A request of a web page of the origin '{Origin}' was refused. "
        + "If it should not be, add the origin to Listen.AllowedOrigins")]
    public static partial void OriginRefused(ILogger logger, string origin);

    [LoggerMessage(
        72,
        LogLevel.Warning,
        "The secret of the admin port in {File} has changed and cannot be used ({Fault}); the one of before stays")]
    public static partial void AdminTokenKept(ILogger logger, string file, string fault);

    [LoggerMessage(
        9,
        LogLevel.Error,
        "The caches failed {Faults} times in a short time: "
        + "they are out of service for {Seconds} seconds; all requests are passed on")]
    public static partial void CachesDegraded(ILogger logger, int faults, double seconds, Exception exception);

    [LoggerMessage(10, LogLevel.Warning, "The caches are in service again, and empty")]
    public static partial void CachesRestored(ILogger logger);

    [LoggerMessage(50, LogLevel.Information, "Joined the group '{Group}': the caches, empty by now, answer again")]
    public static partial void GroupJoined(ILogger logger, string group);

    [LoggerMessage(
        51, LogLevel.Warning,
        "Not in the group '{Group}' ({Fault}): the caches do not answer, and writes may wait or be refused; joining again")]
    public static partial void GroupLost(ILogger logger, string group, string fault);

    [LoggerMessage(52, LogLevel.Warning, "The group misses {Member}: the caches do not answer until it is back, or for {Seconds} seconds")]
    public static partial void GroupMemberLost(ILogger logger, string member, double seconds);

    [LoggerMessage(
        53,
        LogLevel.Information,
        "Dax:AdvertisedAddress is empty and Listen:Host means all addresses, so DAX clients of other members are not told of this one")]
    public static partial void DaxAddressUnknown(ILogger logger);

    [LoggerMessage(60, LogLevel.Warning, "Table '{Table}' is read past the caches, which may be too far behind its stream: {Why}")]
    public static partial void StreamBehind(ILogger logger, string table, string why);

    [LoggerMessage(61, LogLevel.Warning, "The caches are near enough to the stream of table '{Table}' again")]
    public static partial void StreamCaughtUp(ILogger logger, string table);

    [LoggerMessage(62, LogLevel.Warning, "What was cached of table '{Table}' was dropped, as {Why}: changes may have been missed")]
    public static partial void StreamGap(ILogger logger, string table, string why);

    [LoggerMessage(
        63,
        LogLevel.Warning,
        "The cache answered an item of table '{Table}' that was another one in the backend for {Seconds} seconds at least, and has dropped "
        + "it: something writes past the proxy, or it has a fault ({Silent} more since the last line like this)")]
    public static partial void StaleEntry(ILogger logger, string table, double seconds, long silent);

    [LoggerMessage(11, LogLevel.Warning, "The node {Peer} cannot be asked what the numbers of attribute lists mean ({Fault})")]
    public static partial void PeerSilent(ILogger logger, IPEndPoint peer, string fault);

    [LoggerMessage(12, LogLevel.Warning, "The node {Peer} says again what the numbers of attribute lists mean")]
    public static partial void PeerAnswers(ILogger logger, IPEndPoint peer);

    [LoggerMessage(
        30,
        LogLevel.Error,
        "The backend does not accept what this process signs with ({Error}, status {Status}, request {RequestId}). "
        + "Check its credentials and their region")]
    public static partial void CredentialsRefused(ILogger logger, string error, int status, string requestId);

    [LoggerMessage(
        100,
        LogLevel.Warning,
        "Requests have faults on purpose, as Simulation:Faults or the admin port asks for: {Rules}")]
    public static partial void FaultsSimulated(ILogger logger, string rules);

    [LoggerMessage(101, LogLevel.Warning, "Requests have no faults on purpose any more")]
    public static partial void FaultsEnded(ILogger logger);

    [LoggerMessage(
        102, LogLevel.Warning, "Clients may ask for faults on purpose by the header {Header}, as Simulation:Header is true")]
    public static partial void FaultsByHeader(ILogger logger, string header);

    [LoggerMessage(
        40,
        LogLevel.Error,
        "The store is damaged: {Page} does not match its checksum; requests that need it fail with 500. "
        + "Stop, copy the folder away, see what "
        + "'daxproxy data check' says, and restore a backup")]
    public static partial void PageDamaged(ILogger logger, DamagedPage page);
}
