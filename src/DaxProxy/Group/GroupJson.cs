using DaxProxy.Core.Caching.Group;
using System.Text.Json.Serialization;

namespace DaxProxy.Group;

/// <summary>What members send each other, as JSON.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(GroupMessage))]
[JsonSerializable(typeof(GroupAck))]
internal sealed partial class GroupJson : JsonSerializerContext;
