using System.Text.Json.Serialization;
using DaxProxy.Core.Operations.Transfers;

namespace DaxProxy.Engine.Transfers;

/// <summary>Generated code that stores how far something is; part of the store's layout.</summary>
[JsonSerializable(typeof(TransferState))]
internal sealed partial class TransferJson : JsonSerializerContext;
