"""Automatic differentiation: numbers and arrays that remember how they were computed.

`Value` holds one number, `Tensor` an array; both walk the same graph. `numeric_gradient` is the
independent witness: it knows nothing of graphs.

Source: Baydin et al. (2018), Automatic Differentiation in Machine Learning, JMLR 18(153).
"""

from coursekit.autograd.graph import numeric_gradient, walk
from coursekit.autograd.steps import cross_entropy, linear
from coursekit.autograd.tensor import Tensor
from coursekit.autograd.value import Value

__all__ = ["Tensor", "Value", "cross_entropy", "linear", "numeric_gradient", "walk"]
