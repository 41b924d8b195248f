# State Manager as an image to build upon:
#
#   FROM state-manager
#   COPY app /app
#   CMD ["--target", "127.0.0.1:3000", "--", "python3", "/app/server.py"]
#
# The state is in /var/lib/state-manager/data, and, configured so, in a bucket.

FROM debian:12-slim AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends openjdk-17-jdk-headless maven python3 curl procps util-linux
WORKDIR /src
COPY . ./
RUN mvn -B -q -ntp package -Dquick -Dspotless.apply.skip=true -Dmaven.test.skip=true
# The archive fits only the jar at this very path, with this time of change, and this very JVM.
RUN mkdir -p /opt/state-manager/conf \
    && cp target/state-manager.jar /opt/state-manager/ \
    && cp conf/java.options /opt/state-manager/conf/ \
    && scripts/cds --jar /opt/state-manager/state-manager.jar --archive /opt/state-manager/state-manager.jsa

FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends openjdk-17-jre-headless ca-certificates curl \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/state-manager /opt/state-manager
# Two arenas of the C library's allocator are enough for a service of this size, and keep its memory together.
ENV MALLOC_ARENA_MAX=2 LANG=C.UTF-8
WORKDIR /var/lib/state-manager
VOLUME ["/var/lib/state-manager/data"]
EXPOSE 8080
# Through the socket: it is there whatever --listen says, and needs no token.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["curl", "-sf", "--unix-socket", "/var/lib/state-manager/data/control.sock", "http://localhost/healthz"]
STOPSIGNAL SIGTERM
# The JVM is process 1: signals reach it, and it reaps what the application leaves behind.
ENTRYPOINT ["java", "@/opt/state-manager/conf/java.options", "-XX:SharedArchiveFile=/opt/state-manager/state-manager.jsa", "-jar", "/opt/state-manager/state-manager.jar"]
