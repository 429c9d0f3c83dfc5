namespace DaxProxy.Services.Model;

/// <summary>Kinds of shapes of a service's model.</summary>
internal enum ShapeKind
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
