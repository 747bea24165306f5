from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Folder",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("path", models.CharField(max_length=300, unique=True)),
            ],
        ),
        migrations.AddField(
            model_name="workflow",
            name="folder",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
    ]
