namespace DaxProxy.Core.Wire.Json.Model;

/// <summary>Kinds of shapes.</summary>
internal enum InputKind
{
    Structure,
    List,
    Map,
    String,
    Integer,
    Long,
    Double,
    Timestamp,
    Boolean,
    Blob,
}
