using System.Text.Json.Serialization;
using DaxProxy.Core.Caching.Group;

namespace DaxProxy.Group;

/// <summary>What members send each other, as JSON.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(GroupMessage))]
[JsonSerializable(typeof(GroupAck))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class GroupJson : JsonSerializerContext;
