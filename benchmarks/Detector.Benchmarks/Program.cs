using BenchmarkDotNet.Running;
using Detector.Benchmarks.Cost;
using Detector.Benchmarks.Live;
using Detector.Benchmarks.Replay;

// parts  [BenchmarkDotNet options]: the parts of the engine
// replay [options] [FILE…]: a whole replay against its floors and peers; 'replay --help' says more
// cost [options] FILE: what 10 rules, 500 rules and the whole pack cost
// live [options] FILE: the worker, with a stand-in broker: latency and throughput
// soak [options]: the worker for long
// large-state [options]: the worker with the state of a large tenant
// duckdb FILE: the peer alone, as a process of its own
switch (args)
{
    case ["replay", .. var rest]:
        return ReplayCommand.Run(rest);
    case ["cost", .. var rest]:
        return CostCommand.Run(rest);
    case ["live", .. var rest]:
        return await LiveCommand.RunAsync(rest);
    case ["soak", .. var rest]:
        return await SoakCommand.RunAsync(rest);
    case ["large-state", .. var rest]:
        return await LargeStateCommand.RunAsync(rest);
    case ["duckdb", var file]:
        Console.WriteLine(DuckDbScore.Run(file, ReplayBenchmark.Codes(), threads: 2, ReplayBenchmark.IsEnvelope(file)).Count);
        return 0;
    case ["parts", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(ReplayCommand).Assembly).Run(rest);
        return 0;
    default:
        Console.Error.WriteLine("Use: parts [BenchmarkDotNet options] | replay [--help] [FILE…] | cost [--help] FILE | live [--help] FILE | soak [--help] | large-state [--help] | duckdb FILE");
        return 2;
}
