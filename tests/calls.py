"""One table: the public functions of the NumPy half, with arguments that they take."""

import copy
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit import autograd, conv, data, functional, nn, optim, perceptron, train
from coursekit.autograd import Tensor, Value

MODULES = (autograd, conv, data, functional, nn, optim, perceptron, train)
LEFT_OUT = {  # public names that the table leaves out, and why
    "data.Event data.Events data.Opinion optim.Parameter": "fields, no code",
    "perceptron.Step perceptron.Perceptron": "fields; what predicts is tried",
    "data.mnist data.fashion_mnist data.cifar10 data.higgs": "fetch files: their folder is tried",
    "data.own_rng": "any object may stand for a student or an exercise",
    "data.posed_digits": "slow, and hands its arguments on to data.pose",
    "conv.pair": "for the layers of nn, and tried there",
    "nn.Module nn.Module.forward nn.Module.train": "no argument but a flag and the input",
    "nn.Flatten nn.ReLU nn.Tanh nn.Sigmoid": "made without arguments; what they do is tried",
    "nn.Sequential.__getitem__": "indexes a list",
    "optim.Optimizer": "each of the optimizers is tried instead",
}


@dataclass(frozen=True)
class Call:
    """A function, a good value for each argument, and what is done with its result."""

    function: Callable[..., Any]
    good: dict[str, Any]
    use: Callable[[Any], Any] = lambda result: result
    words: str = "shape"  # what a message may speak of in place of the argument's name
    swallows: tuple[str, ...] = ()  # arguments whose NaN need not reach the result

    def __call__(self, **odd: Any) -> Any:
        """Return what comes of the good values, some of them replaced; nothing is used twice."""
        function, good = copy.deepcopy((self.function, self.good))
        bound = inspect.signature(function).bind_partial()
        bound.arguments.update(good | odd)
        return self.use(function(*bound.args, **bound.kwargs))


class Weight:
    """A parameter of one's own, with a gradient."""

    def __init__(self) -> None:
        self.data, self.grad = np.ones((2, 3)), np.full((2, 3), 0.5)


def back(y: Any) -> list[Any]:
    """Return a result and what flows back from it."""
    y = y[0] if isinstance(y, tuple) else y
    nodes = autograd.walk(y)
    if isinstance(y, Value):
        y.backward()
    elif y.requires_grad:
        y.backward(np.ones(y.shape))
    return [y, *(node.grad for node in nodes if node.grad is not None)]


def arrived(gradient: Any, retain_graph: Any) -> Any:
    """Return what of a gradient arrives at a leaf."""
    leaf = Tensor(np.ones((2, 2)), requires_grad=True)
    (leaf * 2).backward(gradient, retain_graph=retain_graph)
    return leaf.grad


def passes(x: Any) -> Callable[[Any], Any]:
    """Return what a layer makes of x, and the gradients."""
    return lambda layer: back(layer(Tensor(x, requires_grad=True)))


def moved(optimizer: optim.Optimizer) -> Any:
    """Return the parameters after two steps."""
    optimizer.step()
    optimizer.step()
    return [p.data for p in optimizer.params]


def rates(schedule: optim.LambdaLR) -> list[float]:
    """Return the first two learning rates."""
    first = schedule.optimizer.lr
    schedule.step()
    return [first, schedule.optimizer.lr]


PAIRWISE = ["add", "sub", "mul", "truediv", "radd", "rsub", "rmul", "rtruediv"]
OPERATORS = [f"__{sign}__" for sign in [*PAIRWISE, "matmul", "rmatmul", "pow", "getitem"]]
SINGLE = ["exp", "log", "tanh", "sigmoid", "relu"]
R = np.random.default_rng(0)
F, T = functional, Tensor(np.array([[0.5, 1.0], [2.0, 0.25]]), requires_grad=True)
Z, ROW = np.array([[0.0, 0.5], [0.25, 1.0], [1.0, 0.0], [0.75, 0.5]]), np.array([0.5, 1.0])
Y, LABELS = np.array([0.0, 1.0, 1.0, 0.0]), np.array([0, 1, 1, 0])
INPUT = {"x": Tensor(Z, True)}
IMAGES, KERNELS = np.arange(32.0).reshape(1, 2, 4, 4) / 32, np.ones((3, 2, 2, 2))
STEPS, POOL = {"stride": (1, 1), "padding": (0, 1)}, {"kernel_size": (2, 2), "stride": (2, 2)}
POOL |= {"padding": (0, 0)}
KERNEL = {"x": IMAGES, "weight": KERNELS, "bias": np.ones(3), **STEPS}
POOLED = {"grad": np.ones((1, 2, 2, 2)), "x": IMAGES, **POOL}
PAIR = {"prediction": Y, "target": Y + 1}
BINARY = {"logits": Y - 0.5, "target": Y}
CLASSES = {"logits": Z, "target": LABELS, "weight": ROW}
FOCAL = BINARY | {"alpha": 0.25, "gamma": 2.0}
UNIT = {"X": Z, "y": Y, "max_epochs": 5, "lr": 1.0}
CONV = {"in_channels": 2, "out_channels": 3, "kernel_size": (2, 2), **STEPS, "bias": True, "rng": R}
POSE = {"rotation": 9.0, "shear": 0.1, "scale": (0.9, 1.1), "shift": 1.0, "noise": 0.1, "rng": R}
HELD = {"params": [Weight()], "lr": 0.1, "weight_decay": 0.1}
ADAM = HELD | {"betas": (0.9, 0.9), "eps": 0.1}
SCHEDULED = {"optimizer": optim.SGD([Weight()])}
LOOP = {"step": lambda x: 1.0, "batches": [1, 2], "epochs": 2, "evaluate": lambda: 0.5}
# name -> function, good arguments, and the other fields of a Call
GOOD: dict[str, tuple[Any, ...]] = {
    "autograd.Tensor": (Tensor, {"data": Z, "requires_grad": True}, lambda x: back(x * 2)),
    "autograd.Tensor.__getitem__": (T.__getitem__, {"index": 0}, back),
    "autograd.Tensor.__matmul__": (T.__matmul__, {"other": ROW}, back, "data|shapes"),
    "autograd.Tensor.__pow__": (T.__pow__, {"exponent": 2.0}, back),
    "autograd.Tensor.__rmatmul__": (T.__rmatmul__, {"other": ROW}, back, "data|shapes"),
    "autograd.Tensor.backward": (arrived, {"gradient": T.data, "retain_graph": False}),
    "autograd.Tensor.log_softmax": (T.log_softmax, {"dim": 0}, back),
    "autograd.Tensor.max": (T.max, {"dim": 0, "keepdim": True}, back),
    "autograd.Tensor.mean": (T.mean, {"dim": 0, "keepdim": True}, back),
    "autograd.Tensor.reshape": (lambda shape: T.reshape(shape), {"shape": (1, 4)}, back),
    "autograd.Tensor.sum": (T.sum, {"dim": 0, "keepdim": True}, back),
    "autograd.Tensor.transpose": (T.transpose, {"dim0": 0, "dim1": 1}, back),
    "autograd.Value": (Value, {"data": 0.5}, lambda x: back(x * 2)),
    "autograd.Value.__pow__": (Value(0.5).__pow__, {"exponent": 2.0}, back, "data"),
    "autograd.Value.backward": (Value(2.0).exp().backward, {"retain_graph": False}),
    "autograd.cross_entropy": (
        autograd.cross_entropy, {"logits": Tensor(Z, True), "target": LABELS}, back, "labels|data",
    ),
    "autograd.linear": (
        autograd.linear, {**INPUT, "weight": T, "bias": Tensor(ROW, True)}, back, "data",
    ),
    "autograd.numeric_gradient": (
        autograd.numeric_gradient, {"f": lambda x: x.sum(), "x": Z, "eps": 1e-5},
    ),
    "autograd.walk": (autograd.walk, {"root": T}, len, "shape", ("root",)),
    "conv.avg_pool2d": (conv.avg_pool2d, {"x": IMAGES, **POOL}, None, "kernel"),
    "conv.avg_pool2d_grad": (conv.avg_pool2d_grad, POOLED, None, "kernel|grad", ("x",)),
    "conv.conv2d": (conv.conv2d, KERNEL, None, "channels|kernel"),
    "conv.conv2d_grad": (
        conv.conv2d_grad, {"grad": np.ones((1, 3, 3, 5)), "x": IMAGES, "weight": KERNELS, **STEPS},
        None, "channels|kernel|grad",
    ),
    "conv.conv2d_loops": (conv.conv2d_loops, KERNEL, None, "channels|kernel"),
    "conv.max_pool2d": (conv.max_pool2d, {"x": IMAGES, **POOL}, None, "kernel"),
    "conv.max_pool2d_grad": (conv.max_pool2d_grad, POOLED, None, "kernel|grad", ("x",)),
    "conv.output_size": (
        conv.output_size, {"size": 5, "kernel_size": 2, "stride": 1, "padding": 0}, None,
        "kernel|image",
    ),
    "data.batches": (
        lambda arrays, size, rng: data.batches(arrays, Y, size=size, rng=rng),
        {"arrays": Z, "size": 3, "rng": R}, list,
    ),
    "data.blobs": (data.blobs, {"n": 6, "centers": Z, "spread": 0.5, "rng": R}),
    "data.collider": (data.collider, {"n": 6, "signal": 0.5, "rng": R}, vars),
    "data.digits": (data.digits, {"classes": (1, 2), "binary": True}),
    "data.gate": (data.gate, {"name": "and"}, None, "gate"),
    "data.glyphs": (
        data.glyphs, {"n": 3, "chars": "ab", "fonts": ["cmr10"], "coarse": 0.5} | POSE, None,
        "font",
    ),
    "data.moons": (data.moons, {"n": 6, "noise": 0.1, "rng": R}),
    "data.number_words": (data.number_words, {"n": 3}),
    "data.opinions": (data.opinions, {"language": "en"}, len),
    "data.pose": (data.pose, {"X": np.ones((2, 4, 4))} | POSE),
    "data.spirals": (data.spirals, {"n": 6, "noise": 0.1, "turns": 1.0, "rng": R}),
    "data.split": (data.split, {"X": Z, "y": Y, "test": 0.5, "rng": R}, None, "class"),
    "data.timeline": (data.timeline, {"start": 1950, "end": 2000}, len, "years"),
    "functional.class_weights": (
        F.class_weights, {"labels": LABELS, "num_classes": 2}, None, "class|labels",
    ),
    "functional.cross_entropy": (F.cross_entropy, CLASSES, None, "labels|weights"),
    "functional.cross_entropy_grad": (F.cross_entropy_grad, CLASSES, None, "labels|weights"),
    "functional.elu": (F.elu, {"z": Z, "alpha": 1.0}),
    "functional.elu_grad": (F.elu_grad, {"z": Z, "alpha": 1.0}),
    "functional.heaviside": (F.heaviside, {"z": Z, "at_zero": 1.0}),
    "functional.leaky_relu": (F.leaky_relu, {"z": Z, "negative_slope": 0.1}),
    "functional.leaky_relu_grad": (F.leaky_relu_grad, {"z": Z, "negative_slope": 0.1}),
    "functional.maxout_grad": (F.maxout_grad, {"z": Z}, None, "shape", ("z",)),
    "nn.AvgPool2d": (nn.AvgPool2d, POOL, passes(IMAGES), "kernel"),
    "nn.AvgPool2d.forward": (nn.AvgPool2d(2), {"x": Tensor(IMAGES)}, None, "kernel"),
    "nn.Conv2d": (nn.Conv2d, CONV, passes(IMAGES), "channels|kernel|shape"),
    "nn.Conv2d.forward": (nn.Conv2d(2, 3, 2, rng=R), {"x": Tensor(IMAGES)}, None, "kernel"),
    "nn.Dropout": (nn.Dropout, {"p": 0.5, "rng": R}, passes(Z)),
    "nn.Dropout.forward": (nn.Dropout(0.5, rng=R).eval(), INPUT),
    "nn.Flatten.forward": (nn.Flatten(), {"x": Tensor(IMAGES)}),
    "nn.Linear": (
        nn.Linear, {"in_features": 2, "out_features": 3, "bias": True, "rng": R}, passes(Z),
        "x must be|shape",
    ),
    "nn.Linear.forward": (nn.Linear(2, 3, rng=R), INPUT),
    "nn.MaxPool2d": (nn.MaxPool2d, POOL, passes(IMAGES), "kernel"),
    "nn.MaxPool2d.forward": (nn.MaxPool2d(2), {"x": Tensor(IMAGES)}, None, "kernel"),
    "nn.ReLU.forward": (nn.ReLU(), INPUT),
    "nn.Sequential": (
        lambda layers: nn.Sequential(nn.Tanh(), layers), {"layers": nn.Tanh()}, passes(Z), "layer",
    ),
    "nn.Sequential.forward": (nn.Sequential(nn.Tanh()), INPUT),
    "nn.Sigmoid.forward": (nn.Sigmoid(), INPUT),
    "nn.Tanh.forward": (nn.Tanh(), INPUT),
    "nn.kaiming_uniform": (nn.kaiming_uniform, {"shape": (3, 2), "rng": R}),
    "nn.xavier_uniform": (nn.xavier_uniform, {"shape": (3, 2), "rng": R}),
    "optim.Adagrad": (optim.Adagrad, HELD | {"eps": 0.1}, moved, "parameter"),
    "optim.Adam": (optim.Adam, ADAM, moved, "parameter"),
    "optim.AdamW": (optim.AdamW, ADAM, moved, "parameter"),
    "optim.CosineAnnealingLR": (
        optim.CosineAnnealingLR, SCHEDULED | {"T_max": 3, "eta_min": 0.01}, rates, "factor",
    ),
    "optim.ExponentialLR": (optim.ExponentialLR, SCHEDULED | {"gamma": 0.5}, rates),
    "optim.LambdaLR": (optim.LambdaLR, SCHEDULED | {"factor": lambda t: 0.5**t}, rates),
    "optim.RMSprop": (optim.RMSprop, HELD | {"alpha": 0.9, "eps": 0.1}, moved, "parameter"),
    "optim.SGD": (optim.SGD, HELD | {"momentum": 0.9, "nesterov": True}, moved, "parameter"),
    "optim.StepLR": (optim.StepLR, SCHEDULED | {"step_size": 1, "gamma": 0.5}, rates),
    "perceptron.Perceptron.predict": (perceptron.Perceptron(ROW, 0.5, ()).predict, {"X": Z}),
    "perceptron.fit": (perceptron.fit, UNIT, vars, "labels"),
    "perceptron.margin": (perceptron.margin, {"X": Z, "y": Y}, None, "labels"),
    "perceptron.mcculloch_pitts": (
        perceptron.mcculloch_pitts, {"inputs": (1, 0), "threshold": 1, "inhibitory": (0,)}, None,
        "inputs",
    ),
    "perceptron.trace": (
        perceptron.trace, UNIT | {"fires_at_zero": True}, lambda steps: steps[-1].w, "labels",
    ),
    "train.fit": (train.fit, LOOP | {"progress": False}, None, "loss|score"),
}  # fmt: skip
for sign in PAIRWISE:
    method = f"__{sign}__"
    GOOD[f"autograd.Tensor.{method}"] = getattr(T, method), {"other": ROW}, back, "data|shapes"
    if hasattr(Value, method):
        own = getattr(Value(0.5), method)
        GOOD[f"autograd.Value.{method}"] = own, {"other": 2.0}, back, "data"
for name in [*SINGLE, "sum", "mean", "max", "log_softmax"]:
    of_tensor = lambda data, name=name: getattr(Tensor(data, True), name)()  # noqa: E731
    GOOD.setdefault(f"autograd.Tensor.{name}", (of_tensor, {"data": Z + 1}, back, "shape"))
for name in SINGLE:
    of_value = lambda data, name=name: getattr(Value(data), name)()  # noqa: E731
    GOOD[f"autograd.Value.{name}"] = of_value, {"data": 0.5}, back
for name in functional.__all__:
    good = (
        FOCAL
        if "focal" in name
        else BINARY
        if name[0] in "bc"
        else PAIR
        if "loss" in name
        else {"z": Z}
    )
    GOOD.setdefault(f"functional.{name}", (getattr(F, name), good, None, "prediction|targets"))
TABLE = {
    name: Call(function, good, *((use[0] or (lambda y: y), *use[1:]) if use else ()))
    for name, (function, good, *use) in GOOD.items()
}


def public() -> dict[str, Any]:
    """Return every public function, class and method, by its name."""
    found = {}
    for module in MODULES:
        short = module.__name__.removeprefix("coursekit.")
        for name in getattr(module, "__all__", vars(module)):
            thing = getattr(module, name)
            own = getattr(thing, "__module__", "").startswith(module.__name__)
            if name[0] == "_" or not own or not callable(thing):
                continue
            found[f"{short}.{name}"] = thing
            for method, function in inspect.getmembers(thing, inspect.isfunction):
                key = f"{short}.{name}.{method}"
                more = len(inspect.signature(function).parameters) > 1
                new = function.__qualname__.split(".")[0] in (name, "Record")  # not inherited
                if key in TABLE or (new and more and (method[0] != "_" or method in OPERATORS)):
                    found[key] = function
    return found
