"""Reports as tables: a workbook for people who filter, and CSV for programs that know nothing else."""
