using System.Security.Cryptography;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Partiql;

/// <summary>Digests of statements with their parameters, by which one request is told from another.</summary>
internal static class StatementDigest
{
    /// <summary>Of a whole transaction.</summary>
    public static byte[] Of(IEnumerable<ExecuteStatement> statements)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ExecuteStatement statement in statements)
        {
            Append(hash, statement);
        }

        return hash.GetHashAndReset();
    }

    /// <summary>Adds the text and the parameters. The order of members in a parameter means nothing.</summary>
    public static void Append(IncrementalHash hash, ExecuteStatement statement)
    {
        CanonicalWriter writer = new();
        writer.Text(statement.Statement);
        writer.Int(statement.Parameters.Count);
        foreach (Decoded<AttributeValue> parameter in statement.Parameters)
        {
            writer.Value(parameter.Value!);
        }

        hash.AppendData(writer.Written);
    }
}
