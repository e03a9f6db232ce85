"""``Document`` -> registration, summary table, report: definitions as data, values, checks."""
