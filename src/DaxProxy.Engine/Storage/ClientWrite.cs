using DaxProxy.Core.Operations;

namespace DaxProxy.Engine.Storage;

/// <summary>
/// The origin of a change of items whose effect the reply to a client carries. Only requests that are answered after their commit, with
/// the images of what they did, can be one.
/// </summary>
/// <remarks>A request that is answered before its work is done is none: its work is a change in the background.</remarks>
internal sealed class ClientWrite
{
    private static readonly ClientWrite Asked = new();

    private ClientWrite()
    {
    }

    /// <summary>PutItem, UpdateItem, DeleteItem.</summary>
    public static ClientWrite Of(WriteOperation request) => For(request);

    /// <summary>BatchWriteItem.</summary>
    public static ClientWrite Of(BatchWriteItem request) => For(request);

    /// <summary>TransactWriteItems.</summary>
    public static ClientWrite Of(TransactWriteItems request) => For(request);

    private static ClientWrite For(Operation request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Asked;
    }
}
