"""The tested helpers behind the book "Introduction to Deep Learning".

Each module is one idea of the course and can be read in a few minutes. Importing the package
itself loads nothing: import the module that you need, such as `from coursekit import perceptron`.
"""

__version__ = "0.1.0"
