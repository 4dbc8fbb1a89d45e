using Detector.Host;
using Detector.Host.Commands;

using var stop = new StopSignal();
return DetectorCommand.Run(args, HostStreams.OfProcess(), stop.Token);
