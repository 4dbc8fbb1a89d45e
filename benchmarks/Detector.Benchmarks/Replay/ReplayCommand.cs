using System.Globalization;

namespace Detector.Benchmarks.Replay;

/// <summary>The command line of the replay benchmark.</summary>
internal static class ReplayCommand
{
    private const string Help = """
        replay [options] FILE…
          Runs, on each file: reading alone, reading and scanning for newlines, a full Utf8JsonReader tokenisation, the risk score in
          SQL on DuckDB, and Detector; checks that both give the same scores; prints ratios.
          FILE            Event Hub records, one a line, or one envelope a line
          --runs N        counted runs (5)
          --detector EXE  a published detector, to time whole processes too
          --name NAME     write benchmarks/results/NAME.md

        Make a file with: detector logs generate --profile benchmark …
        """;

    public static int Run(IReadOnlyList<string> arguments)
    {
        var (files, runs, name, detector) = (new List<string>(), 5, (string?)null, (string?)null);
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--runs" when i + 1 < arguments.Count: runs = int.Parse(arguments[++i], CultureInfo.InvariantCulture); break;
                case "--name" when i + 1 < arguments.Count: name = arguments[++i]; break;
                case "--detector" when i + 1 < arguments.Count: detector = Path.GetFullPath(arguments[++i]); break;
                case "--help" or "-h": Console.WriteLine(Help); return 0;
                case var option when option.StartsWith("--", StringComparison.Ordinal): Console.Error.WriteLine($"There is no option '{option}'.\n{Help}"); return 2;
                case var file: files.Add(file); break;
            }
        }

        if (files.Count == 0 || files.Find(file => !File.Exists(file)) is not null)
        {
            Console.Error.WriteLine(files.Count == 0 ? Help : $"There is no file '{files.Find(file => !File.Exists(file))}'.");
            return 2;
        }

        foreach (var file in files)
        {
            var benchmark = new ReplayBenchmark(file, runs, detector, Console.Error);
            benchmark.Run();
            var command = $"dotnet run -c Release --project benchmarks/Detector.Benchmarks -- replay {string.Join(' ', arguments.Select(argument => argument == file ? Path.GetFileName(file) : argument == detector ? Path.GetFileName(argument) : argument).Where(argument => !files.Contains(argument) || argument == file))}";
            var page = ReplayReport.Write(benchmark, command, Path.GetFileName(file), new FileInfo(file).Length);
            Console.WriteLine(page);
            if (name is not null) ResultFile.Write($"{name}{(files.Count > 1 ? $"-{Path.GetFileNameWithoutExtension(file)}" : "")}", page);
        }

        return 0;
    }
}
