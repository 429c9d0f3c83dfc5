using NUnit.Framework;

// Fixtures share nothing; what measures the memory of the process, or changes the disk under it, says that it must be alone.
[assembly: Parallelizable(ParallelScope.Fixtures)]
