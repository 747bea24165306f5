"""`manage.py up`: all of Orchestrator in one supervised group of processes.

Standard library only and no Django: the supervisor's own memory stays at that of a bare Python.
"""
