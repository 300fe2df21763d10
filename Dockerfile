# One image for web, worker, beat and migrations; docker-compose.yml gives each its command.
FROM python:3.11-slim

# Pango lays out the PDFs.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 VAR=/srv/var STORAGE_URL=file:///srv/files
WORKDIR /srv/app

COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/base.txt

COPY . .
# Static files belong to the image; uploads and reports to the volume /srv/files, which web and worker share.
RUN SECRET_KEY=only-for-the-build python manage.py collectstatic --no-input \
    && useradd --system --uid 10001 --home-dir /srv/var app \
    && mkdir /srv/files \
    && chown -R app /srv/files /srv/var

USER app
EXPOSE 8000
CMD ["gunicorn", "scsc.wsgi:application", "--bind=0.0.0.0:8000", "--workers=2", "--threads=4", "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
