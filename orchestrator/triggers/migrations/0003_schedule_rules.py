from django.db import migrations, models

import orchestrator.json_text


def fire_when_due(apps, schema_editor):
    """Schedules made before there was a jitter fire at their due time."""
    apps.get_model("triggers", "Schedule").objects.update(fires_at=models.F("next_due"))


class Migration(migrations.Migration):
    dependencies = [("triggers", "0002_deduplicate_by")]

    operations = [
        migrations.AddField("schedule", "every", orchestrator.json_text.JSONText(default=dict)),
        migrations.AddField("schedule", "calendar", orchestrator.json_text.JSONText(default=dict)),
        migrations.AddField("schedule", "overlap", models.CharField(default="allow", max_length=10)),
        migrations.AddField("schedule", "jitter_seconds", models.PositiveIntegerField(default=0)),
        migrations.AddField("schedule", "is_paused", models.BooleanField(default=False)),
        migrations.AddField("schedule", "fires_at", models.DateTimeField(null=True)),
        migrations.RunPython(fire_when_due, migrations.RunPython.noop),
        migrations.AlterField("schedule", "fires_at", models.DateTimeField(db_index=True)),
        migrations.AlterField("schedule", "next_due", models.DateTimeField()),
        migrations.AlterField("schedule", "cron", models.CharField(blank=True, max_length=100)),
        migrations.AddField("firing", "state", models.CharField(default="started", max_length=8)),
        migrations.AlterField("firing", "run_id", models.CharField(blank=True, max_length=26)),
        migrations.AddIndex(
            "firing",
            models.Index(
                condition=models.Q(("state", "queued")), fields=["schedule", "due_at"], name="firing_queued"
            ),
        ),
    ]
