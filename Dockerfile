# Build: docker build -t detector .
# Replay: docker run --rm -v "$PWD/logs:/logs:ro" detector replay /logs
# Worker: docker run --rm -v "$PWD/appsettings.json:/appsettings.json:ro" -v state:/state detector run
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update && apt-get install -y --no-install-recommends clang zlib1g-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN dotnet publish src/Detector.Host -c Release -r linux-x64 -o /app && rm -f /app/*.xml /app/*.pdb /app/*.dbg /app/alpine-librdkafka.so /app/centos8-librdkafka.so

# The image has time zones and runs as a user without rights.
FROM mcr.microsoft.com/dotnet/runtime-deps:10.0
COPY --from=build /app /app
COPY rules /rules
WORKDIR /
USER $APP_UID
ENTRYPOINT ["/app/detector"]
CMD ["--help"]
