using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Engine.Formats;

/// <summary>What an object has at one place: an item to put, or what is wrong with it.</summary>
/// <param name="Line">The line where it begins, from 1.</param>
/// <param name="Put">The item, checked as far as that needs no table; null when something is wrong.</param>
/// <param name="Error">What is wrong; null when nothing is.</param>
internal sealed record ItemRecord(long Line, PutItem? Put, DynamoError? Error);
