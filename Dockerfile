# One image for web, worker and beat: see compose.yaml and docs/operations.md. Build with a pinned digest in production.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data gpa && install -d -o gpa -m 0700 /data
COPY --from=packages /venv /venv
COPY manage.py /app/
COPY gpa_programme /app/gpa_programme
COPY hubs /app/hubs
COPY learners /app/learners
COPY evaluation /app/evaluation
COPY templates /app/templates
COPY static /app/static
COPY LICENSE /app/
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR_DIR=/data
RUN python -m compileall -q /app
USER gpa
VOLUME /data
EXPOSE 8000
# /healthz is asked for under the first name that ALLOWED_HOSTS serves, and as if through the proxy.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0], 'X-Forwarded-Proto': 'https'}), timeout=4)"]
CMD ["gunicorn", "gpa_programme.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--preload", "--no-control-socket", "--worker-tmp-dir", "/dev/shm", "--max-requests", "5000", "--max-requests-jitter", "500"]
