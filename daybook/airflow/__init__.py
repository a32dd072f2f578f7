"""Dify and the analysis service in Airflow: a hook, operators, an alert. One source for Airflow 2.11 and 3.3.

Hooks talk, operators decide. Nothing here imports the clients when a DAG is parsed; they are loaded when a task runs.
"""
