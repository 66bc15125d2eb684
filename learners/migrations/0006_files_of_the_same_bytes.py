from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0005_reading_before_an_outcome'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='evidencefile',
            index=models.Index(fields=['sha256'], name='learners_file_sha256'),
        ),
    ]
