# One image recipe for every service: docker build --build-arg SERVICE=pairing .
# `SERVICE=cli` makes the image with the `matka` command, for the one-shot topology job.
FROM python:3.13-slim AS build
ARG SERVICE
COPY requirements/bootstrap.txt /requirements/bootstrap.txt
RUN pip install --no-cache-dir --require-hashes --no-deps -r /requirements/bootstrap.txt
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV=/matka
RUN uv venv --quiet /matka
COPY requirements/${SERVICE}.txt /requirements/service.txt
RUN --mount=type=cache,target=/root/.cache/uv uv pip sync --require-hashes /requirements/service.txt
COPY shared /source/shared
COPY services /source/services
COPY cli /source/cli
# The command knows every service's declaration; a service knows only itself.
RUN --mount=type=cache,target=/root/.cache/uv \
    if [ "$SERVICE" = cli ]; then set -- /source/cli /source/services/*; else set -- "/source/services/$SERVICE"; fi \
    && uv pip install --no-deps --no-build-isolation /source/shared "$@"
# A fresh volume mounted at one of these takes the folder's owner.
RUN mkdir -m 700 /keys \
    && if [ "$SERVICE" = cli ]; then cd /keys && mkdir -m 700 cli broker $(ls /source/services); fi

FROM python:3.13-slim
ARG SERVICE
# Names on certificates come in every script; the other services need no fonts.
RUN if [ "$SERVICE" = certificates ]; then \
      apt-get update && apt-get install -y --no-install-recommends fonts-noto-core fonts-noto-cjk \
      && rm -rf /var/lib/apt/lists/*; \
    fi
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin matka
COPY --from=build --chown=matka:matka /keys /keys
COPY --from=build /matka /matka
ENV PATH=/matka/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    SERVICE=${SERVICE} MATKA_HOST=0.0.0.0 MATKA_PORT=8000 MATKA_ENVIRONMENT=production \
    MATKA_KEYS=/keys MATKA_SECRETS_DIR=/keys
USER matka
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=10s --start-period=120s --retries=6 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['MATKA_PORT']}/health/ready\", timeout=8)"]
# exec: the service is process 1 and hears SIGTERM itself
CMD ["sh", "-c", "export MATKA_INSTANCE=\"${MATKA_INSTANCE:-$(hostname)}\" && exec python -m matka_${SERVICE}.main"]
