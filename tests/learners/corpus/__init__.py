"""Samples with planted patients' details, and tempting ones without, written from the definitions alone."""
