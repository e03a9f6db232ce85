"""What is written in one place of a form -> a value: dates, phones, counts, ticks, people. Pure functions
over text."""
