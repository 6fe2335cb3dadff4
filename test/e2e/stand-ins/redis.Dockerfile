# Stands in for redis:7 on a cluster that reaches no registry: Redis of Debian, with the user id and folder of the official
# image that the manifests rely on.
ARG DEBIAN_IMAGE=debian:bookworm-slim
FROM ${DEBIAN_IMAGE}
RUN groupadd --gid 999 redis && useradd --uid 999 --gid 999 --home-dir /data --no-create-home redis \
  && apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server \
  && rm -rf /var/lib/apt/lists/* && install -d -o 999 -g 999 /data
WORKDIR /data
USER 999:999
EXPOSE 6379
CMD ["redis-server", "--protected-mode", "no"]
