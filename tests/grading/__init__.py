"""Tests of the grader: notebooks are made by code, and graded in real sandboxes."""
