"""The Celery app and its beat table: Celery only rings bells, rows hold the work, and all times here are UTC."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab

from gpa_programme.core import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gpa_programme.settings")

# At quiet minutes, and each line only asks "what is due?": a missed or doubled bell changes nothing.
BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep work that is due, failed or abandoned": {"task": "core.sweep", "schedule": 5.0},
    "seal new audit rows": {"task": "audit.seal", "schedule": 60.0},
    "send digests that are due": {"task": "notices.send_digests", "schedule": 300.0},
    "start learners whose day has come": {"task": "learners.start_due", "schedule": crontab(minute=10)},
    "hand over to mentors who begin, remind those who keep others waiting": {
        "task": "learners.remind",
        "schedule": crontab(hour=5, minute=30),
    },
    "forget copies of portfolios whose days are over": {
        "task": "learners.forget_copies",
        "schedule": crontab(hour=4, minute=50),
    },
    "open and close waves by their dates": {"task": "evaluation.turn_waves", "schedule": 600.0},
    "refresh figures whose rows changed": {"task": "evaluation.refresh_snapshots", "schedule": 300.0},
    "recompute every figure": {"task": "evaluation.recompute_snapshots", "schedule": crontab(hour=3, minute=20)},
    "expect and build the reports of closed periods": {"task": "evaluation.expect_reports", "schedule": 60.0},
    "shuffle the answers of open waves": {
        "task": "evaluation.shuffle_open_waves",
        "schedule": crontab(hour=2, minute=40),
    },
    "beat of the worker's own heart": {"task": "core.heartbeat", "schedule": 30.0},
}

# A bell that nobody heard in time says nothing that the next does not: a worker back from a weekend finds few.
for line in BEAT_SCHEDULE.values():
    line["options"] = {"expires": line["schedule"] if isinstance(line["schedule"], float) else 3600.0}

broker.install()
app = Celery("gpa_programme")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
