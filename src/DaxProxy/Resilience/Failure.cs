namespace DaxProxy.Resilience;

/// <summary>Why an answer is none that a client wants, as far as sending the request again is concerned.</summary>
internal enum Failure
{
    /// <summary>It is an answer: a result, or a refusal that will be the same the next time.</summary>
    None,

    /// <summary>The backend had no time for it and did nothing.</summary>
    Throttled,

    /// <summary>The backend never had the whole of it, so it did nothing.</summary>
    NeverSent,

    /// <summary>Refused here: there is no room, or the backend has failed so often that it is left alone. Nothing was sent.</summary>
    Held,

    /// <summary>There is no answer that can be relied on: it is not known what the request did.</summary>
    Unknown,
}
