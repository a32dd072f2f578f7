"""The mornings: which report is due when, what became of it step by step, and an alarm where none was delivered.

Whoever makes a report tells its steps (the service itself, the plugin, a DAG); `MorningStore` keeps them, `Morning` is
what they come to, and `Watch` looks whether a day is overdue. Nothing of a report's content is kept: names, moments,
codes and ids alone.
"""
