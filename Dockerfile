# Build:  docker build -t detector .
# Replay: docker run --rm -v "$PWD/logs:/logs:ro" detector replay /logs
# Worker: docker run -d --read-only --tmpfs /tmp --cap-drop ALL -v "$PWD/appsettings.json:/appsettings.json:ro" -v detector-state:/state detector run
# The worker keeps its state in /state and needs no other place to write. For the health check, its configuration names
# Health:Url, such as http://127.0.0.1:8080/.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update && apt-get install -y --no-install-recommends clang zlib1g-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
# Of the three builds of the broker library the one that needs nothing but libc: librdkafka.so asks for libsasl2, which the image has not.
RUN dotnet publish src/Detector.Host -c Release -r linux-x64 -o /app && rm -f /app/*.xml /app/*.pdb /app/*.dbg /app/alpine-librdkafka.so /app/librdkafka.so
RUN mkdir /state

# The image has time zones and runs as a user without rights.
FROM mcr.microsoft.com/dotnet/runtime-deps:10.0
COPY --from=build /app /app
COPY --from=build --chown=$APP_UID:$APP_UID /state /state
COPY rules /rules
WORKDIR /
VOLUME /state
USER $APP_UID
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["/app/detector", "health", "--live"]
ENTRYPOINT ["/app/detector"]
CMD ["--help"]
