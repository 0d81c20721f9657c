# syntax=docker/dockerfile:1
# The service: docker build -t triptych . With its stores: docker compose up.

FROM node:24.21.0-bookworm-slim AS base
WORKDIR /app
RUN npm install --global pnpm@10.34.9
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY patches patches

FROM base AS build
RUN pnpm install --frozen-lockfile
COPY . .
RUN pnpm run build

FROM base AS production
RUN pnpm install --frozen-lockfile --prod

FROM node:24.21.0-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data MALLOC_ARENA_MAX=2
# The one folder that is written to: the archive. Everything else may be mounted read-only.
RUN install --directory --owner=1000 --group=1000 /data
VOLUME /data
COPY package.json LICENSE ./
COPY scripts scripts
COPY drizzle drizzle
COPY --from=production /app/node_modules node_modules
COPY --from=build /app/dist dist
# `node` of the image.
USER 1000:1000
EXPOSE 8080
# Whether the process answers; whether it can serve is /health/ready, for the balancer.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself is the first process, so that it gets SIGTERM.
ENTRYPOINT ["node", "--max-semi-space-size=32"]
CMD ["scripts/start.mjs"]
