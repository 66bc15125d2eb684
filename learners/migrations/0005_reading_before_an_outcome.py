from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0004_why_a_witness_declined'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='verification',
            name='learners_verification_outcome',
        ),
        migrations.AddField(
            model_name='verification',
            name='read_at',
            field=models.DateTimeField(blank=True, help_text='When every drawn competency was read blind: only then is the rest shown.', null=True),
        ),
        migrations.AlterField(
            model_name='verification',
            name='outcome',
            field=models.CharField(blank=True, choices=[('verified', 'Verified'), ('referred', 'Referred back'), ('left', 'Left the sample')], default='', max_length=10),
        ),
        migrations.AlterField(
            model_name='verificationsample',
            name='population',
            field=models.JSONField(help_text='Every portfolio that was waiting, in order: ref, hub, and its competencies, code -> domain.'),
        ),
        migrations.AddConstraint(
            model_name='verification',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'verified', 'referred', 'left'])), name='learners_verification_outcome'),
        ),
        migrations.AddConstraint(
            model_name='verification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('drawn', True), ('outcome', 'verified'), _negated=True), ('read_at__isnull', False), _connector='OR'), name='learners_verification_read_first'),
        ),
    ]
