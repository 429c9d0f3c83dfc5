using System.Text.Json.Serialization;
using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Catalog;

/// <summary>Generated code that stores a table's definition; part of the store's layout.</summary>
[JsonSerializable(typeof(TableDescription))]
internal sealed partial class DefinitionJson : JsonSerializerContext;
