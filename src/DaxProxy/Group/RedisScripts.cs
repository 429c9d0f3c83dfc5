namespace DaxProxy.Group;

/// <summary>
/// What is done to the list of members in one step. The list is one hash, so that all of it is there or nothing is: of each process the
/// stay, the end of its lease in milliseconds of Redis, and whether it was struck; beside them, with names that no process has, when the
/// list was begun, what the members agree on, and until when a write of unknown outcome may still arrive.
/// </summary>
internal static class RedisScripts
{
    /// <summary>What begins the answer of <see cref="Join"/> to a process that wants other terms than the members have.</summary>
    public const string OtherTerms = "TERMS";

    private const string Now = """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        """;

    /// <summary>Answers: now, since when the list is, what is left of the doubt, then of each member node, stay and the end of its lease.</summary>
    private const string Members = """
        local born = tonumber(redis.call('HGET', KEYS[1], '~born') or now)
        local doubt = tonumber(redis.call('HGET', KEYS[1], '~doubt') or 0)
        local answer = { now, born, math.max(0, doubt - now) }
        local all = redis.call('HGETALL', KEYS[1])
        for i = 1, #all, 2 do
            if string.sub(all[i], 1, 1) ~= '~' then
                local stay, ends = string.match(all[i + 1], '^(%x+) (%d+)')
                if tonumber(ends) + tonumber(ARGV[1]) < now then
                    redis.call('HDEL', KEYS[1], all[i])
                else
                    answer[#answer + 1] = all[i]
                    answer[#answer + 1] = stay
                    answer[#answer + 1] = ends
                end
            end
        end
        return answer
        """;

    /// <summary>KEYS: members. ARGV: how long the lost are kept, node, stay, lease, terms.</summary>
    public const string Join = $$"""
        {{Now}}
        local others = redis.call('HGETALL', KEYS[1])
        local isEmpty = true
        for i = 1, #others, 2 do
            if string.sub(others[i], 1, 1) ~= '~' and others[i] ~= ARGV[2] then
                local ends = string.match(others[i + 1], '^%x+ (%d+)')
                isEmpty = isEmpty and tonumber(ends) + tonumber(ARGV[1]) < now
            end
        end
        if isEmpty then
            redis.call('HSET', KEYS[1], '~terms', ARGV[5])
        elseif redis.call('HGET', KEYS[1], '~terms') ~= ARGV[5] then
            return redis.error_reply('TERMS the members have others')
        end
        redis.call('HSETNX', KEYS[1], '~born', string.format('%d', now))
        redis.call('HSET', KEYS[1], ARGV[2], ARGV[3] .. ' ' .. string.format('%d', now + ARGV[4]) .. ' 0')
        {{Members}}
        """;

    /// <summary>KEYS: members. ARGV: how long the lost are kept, node, stay, lease, channel, beat. False where the stay is over.</summary>
    public const string Renew = $$"""
        {{Now}}
        local stay, ends, struck = string.match(redis.call('HGET', KEYS[1], ARGV[2]) or '', '^(%x+) (%d+) (%d)')
        if stay ~= ARGV[3] or struck ~= '0' or tonumber(ends) <= now then
            return false
        end
        redis.call('HSET', KEYS[1], ARGV[2], ARGV[3] .. ' ' .. string.format('%d', now + ARGV[4]) .. ' 0')
        redis.call('PUBLISH', ARGV[5], ARGV[6])
        {{Members}}
        """;

    /// <summary>KEYS: members. ARGV: how long the lost are kept, channel, message, doubt.</summary>
    public const string Announce = $$"""
        {{Now}}
        redis.call('PUBLISH', ARGV[2], ARGV[3])
        if tonumber(ARGV[4]) > 0 then
            local before = tonumber(redis.call('HGET', KEYS[1], '~doubt') or 0)
            redis.call('HSET', KEYS[1], '~doubt', string.format('%d', math.max(before, now + ARGV[4])))
        end
        {{Members}}
        """;

    /// <summary>KEYS: members. ARGV: node, stay. Answers what is left of the lease; -1 for another stay, -2 for none.</summary>
    public const string Strike = $$"""
        {{Now}}
        local stay, ends = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%x+) (%d+)')
        if not stay then
            return -2
        end
        if stay ~= ARGV[2] then
            return -1
        end
        redis.call('HSET', KEYS[1], ARGV[1], stay .. ' ' .. ends .. ' 1')
        return math.max(0, tonumber(ends) - now)
        """;

    /// <summary>KEYS: members. ARGV: node, stay.</summary>
    public const string Leave = """
        if string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^%x+') == ARGV[2] then
            redis.call('HDEL', KEYS[1], ARGV[1])
        end
        return 1
        """;
}
