namespace DaxProxy.Core.Operations.Transfers;

/// <summary>What an export of changes shows of an item that was changed. Names are the service's.</summary>
public enum ExportView
{
    /// <summary>The item after the changes and before them.</summary>
    NEW_AND_OLD_IMAGES,

    /// <summary>The item after the changes alone.</summary>
    NEW_IMAGE,
}
