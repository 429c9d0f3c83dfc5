namespace DaxProxy.Engine.Storage.Files;

/// <summary>A store that cannot be opened. The message is one line that says what is wrong and what to do.</summary>
public sealed class StorageException : IOException
{
    /// <summary>With a text for the person who starts the process.</summary>
    public StorageException(string message)
        : base(message)
    {
    }

    /// <summary>With a text for the person who starts the process, and its cause.</summary>
    public StorageException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
