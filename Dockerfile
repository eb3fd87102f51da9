# The image of Daypass: the program, the public certificate authorities, and nothing else. It runs as nobody in
# particular and writes to /data only, so that everything else can be mounted read-only.
#
#   docker build --build-arg VERSION=1.2.3 -t daypass .
#
# BINARY says where the program comes from: built here, or built before and laid into the context by platform, as
# a release does.
ARG BINARY=built

FROM --platform=$BUILDPLATFORM golang:1.26.8-bookworm AS base
RUN mkdir /empty

FROM base AS built
ARG TARGETOS=linux
ARG TARGETARCH
ARG VERSION
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o /daypass ./cmd/daypass

FROM scratch AS released
ARG TARGETPLATFORM
COPY $TARGETPLATFORM/daypass /daypass

FROM ${BINARY} AS binary

FROM scratch
COPY --from=base /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=base --chown=65532:65532 --chmod=0700 /empty /data
COPY --from=binary /daypass /daypass
# Secrets that are mounted there are found by name: daypass_operator_key, daypass_database.
ENV CREDENTIALS_DIRECTORY=/run/secrets
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["/daypass", "health"]
ENTRYPOINT ["/daypass"]
CMD ["serve", "--listen", "0.0.0.0:8080"]
