using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace DaxProxy.Engine.Streams;

/// <summary>A place in a shard, as a client carries it from one request to the next.</summary>
/// <param name="StreamArn">The stream.</param>
/// <param name="ShardId">Row of the shard.</param>
/// <param name="Position">The least number of a record that is still to be read; <see cref="Oldest"/> for the oldest that is kept.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <remarks>
/// Text: resource name, <c>|1|</c>, base64 of shard, position and time in 8 bytes each and the CRC-32 of all before it. The checksum
/// tells a mistake from an iterator. It is no protection against forgery.
/// </remarks>
internal sealed record ShardIterator(string StreamArn, long ShardId, long Position, DateTimeOffset CreatedAt)
{
    /// <summary>The position that nothing can be trimmed away from.</summary>
    public const long Oldest = 0;

    private const string Version = "|1|";
    private const int PositionAt = 8;
    private const int TimeAt = 16;
    private const int CheckAt = 24;
    private const int Length = 28;

    public override string ToString()
    {
        byte[] place = new byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(place, ShardId);
        BinaryPrimitives.WriteInt64BigEndian(place.AsSpan(PositionAt), Position);
        BinaryPrimitives.WriteInt64BigEndian(place.AsSpan(TimeAt), CreatedAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt32BigEndian(place.AsSpan(CheckAt), Check(StreamArn, place));
        return StreamArn + Version + Convert.ToBase64String(place);
    }

    /// <summary>Reads what <see cref="ToString"/> wrote; null for all else.</summary>
    public static ShardIterator? Parse(string text)
    {
        int end = text.LastIndexOf(Version, StringComparison.Ordinal);
        Span<byte> place = stackalloc byte[Length];
        if (end < 0 || !Convert.TryFromBase64Chars(text.AsSpan(end + Version.Length), place, out int length) || length != Length)
        {
            return null;
        }

        string arn = text[..end];
        long createdAt = BinaryPrimitives.ReadInt64BigEndian(place[TimeAt..]);
        return BinaryPrimitives.ReadUInt32BigEndian(place[CheckAt..]) == Check(arn, place)
            ? new ShardIterator(
                arn,
                BinaryPrimitives.ReadInt64BigEndian(place),
                BinaryPrimitives.ReadInt64BigEndian(place[PositionAt..]),
                DateTimeOffset.FromUnixTimeMilliseconds(
                    Math.Clamp(createdAt, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())))
            : null;
    }

    private static uint Check(string arn, ReadOnlySpan<byte> place)
    {
        Crc32 check = new();
        check.Append(Encoding.UTF8.GetBytes(arn));
        check.Append(place[..CheckAt]);
        return check.GetCurrentHashAsUInt32();
    }
}
