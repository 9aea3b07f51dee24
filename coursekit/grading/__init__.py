"""Grading homework: find the answers, run them contained, score outside, report."""
