using DaxProxy.Core.Wire.Dax.Writing;

namespace DaxProxy.Frontends.Dax;

/// <summary>An answer that is too long to be copied to where answers are gathered: its connection sends it piece by piece.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Ids">The numbers of its lists.</param>
internal readonly record struct LargeDaxAnswer(DaxAnswer Answer, int[] Ids);
