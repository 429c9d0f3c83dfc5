namespace DaxProxy.Group;

/// <summary>
/// What is done to the list of members in one step. The list is a hash: of each process the stay, the end of its lease in milliseconds of
/// Redis, and whether it was struck. Each script names all keys it uses, in one slot of a cluster.
/// </summary>
internal static class RedisScripts
{
    private const string Now = """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        """;

    /// <summary>Answers: now, what is left of the doubt, then of each member node, stay and the end of its lease.</summary>
    private const string Members = """
        local answer = { now, math.max(0, redis.call('PTTL', KEYS[2])) }
        local all = redis.call('HGETALL', KEYS[1])
        for i = 1, #all, 2 do
            local stay, ends = string.match(all[i + 1], '^(%x+) (%d+)')
            if tonumber(ends) + tonumber(ARGV[1]) < now then
                redis.call('HDEL', KEYS[1], all[i])
            else
                answer[#answer + 1] = all[i]
                answer[#answer + 1] = stay
                answer[#answer + 1] = ends
            end
        end
        return answer
        """;

    /// <summary>KEYS: members, doubt. ARGV: how long the lost are kept, node, stay, lease.</summary>
    public const string Join = $$"""
        {{Now}}
        redis.call('HSET', KEYS[1], ARGV[2], ARGV[3] .. ' ' .. string.format('%d', now + ARGV[4]) .. ' 0')
        {{Members}}
        """;

    /// <summary>KEYS: members, doubt. ARGV: how long the lost are kept, node, stay, lease, channel, beat. False where the stay is over.</summary>
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

    /// <summary>KEYS: members, doubt. ARGV: how long the lost are kept, channel, message, doubt.</summary>
    public const string Announce = $$"""
        {{Now}}
        redis.call('PUBLISH', ARGV[2], ARGV[3])
        if tonumber(ARGV[4]) > math.max(0, redis.call('PTTL', KEYS[2])) then
            redis.call('SET', KEYS[2], '', 'PX', ARGV[4])
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
