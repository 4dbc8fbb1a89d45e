namespace Detector.Benchmarks.Live;

/// <summary>One run: what was sent and read, what the worker said of its latency, and how many processors each process used.</summary>
internal sealed record LiveResult(long Sent, long Bytes, double Seconds, long Read, string Alerts, string Latency, double Worker, double Broker, double Sender, double PeakMegabytes);
