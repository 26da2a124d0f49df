"""What vendors document: profile files, the curated tables, the database they are compiled to, and its reader."""
