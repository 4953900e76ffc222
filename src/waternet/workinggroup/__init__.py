"""The working group's business, as a fold over signed acts.

Charter, sessions, correspondence, texts, projects and pledges. Pure: no input or
output.
"""
