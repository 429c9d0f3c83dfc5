using DaxProxy.Core.Caching.Following;
using StackExchange.Redis;

namespace DaxProxy.Group;

/// <summary>
/// The ledger of a group, on its Redis or Valkey server: of each table a hash with the reader, the end of its right in milliseconds of
/// Redis, what it has reached, and the time of the state that the caches of all are not behind.
/// </summary>
/// <param name="channel">How the server is reached.</param>
/// <param name="group">Name of the group.</param>
/// <param name="node">What tells this process from all others, for ever.</param>
/// <param name="time">The clock.</param>
/// <remarks>
/// A statement is told as a time of Redis that is never too late, however long it is on its way: it is reckoned from an earlier answer,
/// which was given at the latest when it arrived.
/// </remarks>
internal sealed class RedisStreamLedger(RedisGroupChannel channel, string group, string node, TimeProvider time) : IStreamLedger
{
    /// <summary>How long a reader may be silent before another takes its part: several rounds.</summary>
    private const long RightMilliseconds = 2000;

    /// <summary>
    /// How long what was reached is kept of a table that is followed no more; the place in a stream is good for 15 minutes.
    /// </summary>
    private const long KeptMilliseconds = 10 * 60 * 1000;

    private const long NotReader = 0, NewReader = 1;

    /// <summary>
    /// KEYS: the table. ARGV: node, right, how long it is kept, place (empty for no statement), the time of the state that the caches are
    /// not behind. Answers 0 for no reader, 1 for a new one, 2 for the one of before; what a new one goes on from; the age of that state,
    /// -1 for none; now.
    /// </summary>
    private const string Script = """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local reader = redis.call('HGET', KEYS[1], 'reader')
        local ends = tonumber(redis.call('HGET', KEYS[1], 'ends') or 0)
        local role = 0
        if reader == ARGV[1] then
            role = 2
            if ARGV[4] ~= '' and ends > now then
                redis.call('HSET', KEYS[1], 'place', ARGV[4], 'complete', ARGV[5])
            end
        elseif not reader or ends <= now then
            role = 1
        end
        if role > 0 then
            redis.call('HSET', KEYS[1], 'reader', ARGV[1], 'ends', string.format('%d', now + ARGV[2]))
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
        end
        local complete = redis.call('HGET', KEYS[1], 'complete')
        return { role, role == 1 and redis.call('HGET', KEYS[1], 'place') or '', complete and now - complete or -1, now }
        """;

    private volatile Hearing? last;

    /// <inheritdoc/>
    public async Task<StreamRole> AskAsync(string tableName, StreamStatement? statement)
    {
        Hearing? before = last;
        StreamStatement? told = before is null ? null : statement;
        RedisResult[] answer;
        try
        {
            answer = (RedisResult[])(await channel.RunAsync(
                Script,
                [$"{{dp:{group}}}stream:{tableName}"],
                [
                    node,
                    RightMilliseconds,
                    KeptMilliseconds,
                    told?.Place ?? "",
                    told is null ? 0 : before!.TimeOf(told.CompleteAt, time),
                ]).ConfigureAwait(false))!;
        }
        catch (Exception)
        {
            // The next answer may be another server's, whose clock says other times.
            last = null;
            throw;
        }

        last = new Hearing((long)answer[3], time.GetTimestamp());
        long role = (long)answer[0], age = (long)answer[2];

        // The server counts whole milliseconds.
        return new StreamRole(
            role != NotReader,
            role == NewReader,
            (string?)answer[1] is { Length: > 0 } place ? place : null,
            age < 0 ? null : TimeSpan.FromMilliseconds(age + 2));
    }

    /// <summary>An answer of Redis.</summary>
    /// <param name="Given">The time of Redis when it was given, in milliseconds.</param>
    /// <param name="ArrivedAt">When it had arrived, as the timestamp of the clock.</param>
    private sealed record Hearing(long Given, long ArrivedAt)
    {
        /// <summary>What Redis said at a time by the clock, or something earlier, in milliseconds.</summary>
        public long TimeOf(long at, TimeProvider time) => Given + (long)Math.Floor(time.GetElapsedTime(ArrivedAt, at).TotalMilliseconds);
    }
}
