"""Convolution and pooling of images, and the way back through them.

Shapes: x is (N, C, H, W) or one image (C, H, W); a weight is (O, C, kh, kw), a bias (O,); a result
is (N, O, H', W') or (O, H', W'). Names, arguments and results are those of torch.nn.functional:
kernel_size, stride and padding are one number, or a pair (rows, columns). float32 stays float32.

As in PyTorch, "convolution" slides the kernel without turning it: a cross-correlation.
Source: Dumoulin and Visin (2016), A guide to convolution arithmetic, arXiv:1603.07285.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from coursekit.validate import MOST, real, room, whole

Array = npt.NDArray[Any]  # float64 or float32
Size = int | tuple[int, int]


def output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    """Return floor((n + 2p - k) / s) + 1: at how many places a kernel fits along one axis.

    Args:
        size: n, pixels along the axis.
        kernel_size: k, pixels that the kernel covers.
        stride: s, pixels from one place to the next.
        padding: p, pixels added at each of the two ends.

    Raises:
        ValueError: if the kernel is larger than the padded axis, or a number is too small.
    """
    whole(size, 0, "size")
    whole(kernel_size, 1, "kernel_size")
    whole(stride, 1, "stride")
    whole(padding, 0, "padding")
    if kernel_size > size + 2 * padding:
        raise ValueError(
            f"the kernel must fit into the padded image: it covers {kernel_size} pixels, "
            f"the image has {size} + 2 * {padding} = {size + 2 * padding}"
        )
    return (size + 2 * padding - kernel_size) // stride + 1


def pair(value: Any, name: str, least: int) -> tuple[int, int]:
    """Return (rows, columns) from one whole number or a pair; raise a ValueError for others."""
    both = value if isinstance(value, tuple | list) else (value, value)
    if [isinstance(n, int | np.integer) and least <= n <= MOST for n in both] != [True, True]:
        wanted = f"a whole number from {least} on, or a pair of them"
        raise ValueError(f"{name} must be {wanted}, got {value!r:.80}")
    return int(both[0]), int(both[1])


def conv2d(
    x: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    stride: Size = 1,
    padding: Size = 0,
) -> Array:
    """Return x with each kernel slid over it, (N, C, H, W) -> (N, O, H', W').

    Every patch that a kernel meets becomes one column; then all sums are one matrix product.

    Args:
        x: (N, C, H, W) or (C, H, W) images.
        weight: (O, C, kh, kw), one kernel per output and input channel.
        bias: (O,) added to the output channels.
        stride: pixels from one place to the next.
        padding: rings of zeros around each image.

    Raises:
        ValueError: if the shapes do not fit each other, or a number is too small.
    """
    images, w, b = _operands(x, weight, bias)
    patches = _patches(images, w.shape[2:], stride, padding)
    n, (height, width) = len(images), patches.shape[-2:]
    columns = patches.reshape(n, w[0].size, height * width)
    y = (w.reshape(len(w), -1) @ columns).reshape(n, len(w), height, width)
    if b is not None:
        y += b[:, None, None]
    return y[0] if np.ndim(x) == 3 else y


def conv2d_loops(
    x: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    stride: Size = 1,
    padding: Size = 0,
) -> Array:
    """Return what `conv2d` returns, one product after the other: for reading, not for use."""
    images, w, b = _operands(x, weight, bias)
    down, right = pair(stride, "stride", 1)
    top, left = pair(padding, "padding", 0)
    height = output_size(images.shape[2], w.shape[2], down, top)
    width = output_size(images.shape[3], w.shape[3], right, left)
    padded = _pad(images, (top, left), 0.0)
    y = np.zeros((len(images), len(w), height, width), np.result_type(images, w))
    for n, o, row, column in np.ndindex(y.shape):
        total = 0.0 if b is None else b[o]
        for c, i, j in np.ndindex(w.shape[1:]):
            total += w[o, c, i, j] * padded[n, c, down * row + i, right * column + j]
        y[n, o, row, column] = total
    return y[0] if np.ndim(x) == 3 else y


def conv2d_grad(
    grad: npt.ArrayLike,
    x: npt.ArrayLike,
    weight: npt.ArrayLike,
    *,
    stride: Size = 1,
    padding: Size = 0,
) -> tuple[Array, Array, Array]:
    """Return the gradients of x, weight and bias, each of the shape of its array.

    Args:
        grad: (N, O, H', W') or (O, H', W'), the gradient of the result of `conv2d`.
        x: as for `conv2d`, and so are weight, stride and padding.
        weight: (O, C, kh, kw).
        stride: pixels from one place to the next.
        padding: rings of zeros around each image.

    Raises:
        ValueError: as `conv2d`, and if grad has not the shape of its result.
    """
    images, w, _ = _operands(x, weight, None)
    patches = _patches(images, w.shape[2:], stride, padding)
    n, o, (height, width) = len(images), len(w), patches.shape[-2:]
    columns = patches.reshape(n, w[0].size, height * width)
    g = _gradient(grad, x, (n, o, height, width)).reshape(n, o, height * width)
    to_columns = w.reshape(o, -1).T @ g
    to_weight = (g @ columns.swapaxes(1, 2)).sum(axis=0)
    to_x = _fold(to_columns.reshape(patches.shape), images.shape, stride, padding)
    return to_x.reshape(np.shape(x)), to_weight.reshape(w.shape), g.sum(axis=(0, 2))


def max_pool2d(
    x: npt.ArrayLike, kernel_size: Size, stride: Size | None = None, padding: Size = 0
) -> Array:
    """Return the largest entry of each window, (N, C, H, W) -> (N, C, H', W').

    Args:
        x: (N, C, H, W) or (C, H, W) images.
        kernel_size: pixels that the window covers.
        stride: pixels from one window to the next; None stands for kernel_size.
        padding: rings of -inf around each image, at most half of kernel_size.

    Raises:
        ValueError: if the window does not fit, the padding is too large, or a number too small.
    """
    y: Array = _windows(x, kernel_size, stride, padding, -np.inf).max(axis=2)
    return y[0] if np.ndim(x) == 3 else y


def max_pool2d_grad(
    grad: npt.ArrayLike,
    x: npt.ArrayLike,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
) -> Array:
    """Return the gradient of x: each window gives its own to the first of its largest entries.

    Row by row, as in PyTorch. x and what follows it are as for `max_pool2d`.

    Raises:
        ValueError: as `max_pool2d`, and if grad has not the shape of its result.
    """
    windows = _windows(x, kernel_size, stride, padding, -np.inf)
    g = _gradient(grad, x, windows[:, :, 0].shape)[:, :, None]
    first = windows.argmax(axis=2)[:, :, None]
    chosen = first == np.arange(windows.shape[2])[:, None, None]
    return _to_x(chosen * g, x, kernel_size, stride, padding)


def avg_pool2d(
    x: npt.ArrayLike, kernel_size: Size, stride: Size | None = None, padding: Size = 0
) -> Array:
    """Return the mean of each window, (N, C, H, W) -> (N, C, H', W'); padding counts as zeros.

    Arguments and errors are those of `max_pool2d`.
    """
    y: Array = _windows(x, kernel_size, stride, padding, 0.0).mean(axis=2)
    return y[0] if np.ndim(x) == 3 else y


def avg_pool2d_grad(
    grad: npt.ArrayLike,
    x: npt.ArrayLike,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
) -> Array:
    """Return the gradient of x: each window shares its own evenly; see `max_pool2d_grad`."""
    windows = _windows(x, kernel_size, stride, padding, 0.0)
    g = _gradient(grad, x, windows[:, :, 0].shape)[:, :, None]
    share = g / windows.shape[2]
    return _to_x(np.broadcast_to(share, windows.shape), x, kernel_size, stride, padding)


def _patches(
    images: Array, kernel: tuple[int, ...], stride: Size, padding: Size, edge: float = 0.0
) -> Array:
    """Return a view of every patch that a kernel meets, (N, C, kh, kw, H', W')."""
    (down, right), pads = pair(stride, "stride", 1), pair(padding, "padding", 0)
    for size, covered, pad in zip(images.shape[2:], kernel, pads, strict=True):
        output_size(size, covered, padding=pad)  # does the kernel fit?
    padded = _pad(images, pads, edge)
    views = np.lib.stride_tricks.sliding_window_view(padded, kernel, axis=(2, 3))
    return views[:, :, ::down, ::right].transpose(0, 1, 4, 5, 2, 3)


def _fold(patches: Array, shape: tuple[int, ...], stride: Size, padding: Size) -> Array:
    """Add every patch to the place it came from: the transpose of `_patches`."""
    (down, right), (top, left) = pair(stride, "stride", 1), pair(padding, "padding", 0)
    n, c, rows, columns = shape
    kh, kw, height, width = patches.shape[2:]
    padded = np.zeros((n, c, rows + 2 * top, columns + 2 * left), patches.dtype)
    for i, j in np.ndindex(kh, kw):
        below, beside = i + down * height, j + right * width
        padded[:, :, i:below:down, j:beside:right] += patches[:, :, i, j]
    return padded[:, :, top : top + rows, left : left + columns]


def _windows(
    x: npt.ArrayLike, kernel_size: Size, stride: Size | None, padding: Size, edge: float
) -> Array:
    """Return the windows that pooling looks at, (N, C, kh * kw, H', W')."""
    kernel = pair(kernel_size, "kernel_size", 1)
    for pad, covered in zip(pair(padding, "padding", 0), kernel, strict=True):
        if 2 * pad > covered:
            raise ValueError(f"padding must be at most half of kernel_size {covered}, got {pad}")
    patches = _patches(_images(x), kernel, kernel if stride is None else stride, padding, edge)
    n, c, kh, kw, *places = patches.shape
    return patches.reshape(n, c, kh * kw, *places)


def _to_x(
    parts: Array, x: npt.ArrayLike, kernel_size: Size, stride: Size | None, padding: Size
) -> Array:
    """Return the gradient of x, of its shape, from that of its windows."""
    (n, c, _, *places), kernel = parts.shape, pair(kernel_size, "kernel_size", 1)
    patches = parts.reshape(n, c, *kernel, *places)
    step = kernel if stride is None else stride
    return _fold(patches, _images(x).shape, step, padding).reshape(np.shape(x))


def _pad(images: Array, padding: tuple[int, int], edge: float) -> Array:
    """Return the images with rings of `edge` around them; the same array if there is none."""
    (n, c, rows, columns), (top, left) = images.shape, padding
    if not top and not left:
        return images
    shape = (n, c, rows + 2 * top, columns + 2 * left)
    room(shape, "padding")
    padded = np.full(shape, edge, images.dtype)
    padded[:, :, top : top + rows, left : left + columns] = images
    return padded


def _floats(value: npt.ArrayLike, name: str, axes: tuple[int, ...], letters: str) -> Array:
    """Return `value` as an array of floats; float32 is kept, integers become float64."""
    result = real(value, name)
    if result.ndim not in axes:
        raise ValueError(f"{name} must be {letters}, got shape {result.shape}")
    return result if result.dtype.kind == "f" else result.astype(np.float64)


def _images(x: npt.ArrayLike) -> Array:
    """Return x as (N, C, H, W); one image becomes a batch of one."""
    images = _floats(x, "x", (3, 4), "(N, C, H, W) or (C, H, W)")
    return images if images.ndim == 4 else images[None]


def _operands(
    x: npt.ArrayLike, weight: npt.ArrayLike, bias: npt.ArrayLike | None
) -> tuple[Array, Array, Array | None]:
    """Return the arrays of a convolution, checked against each other."""
    images, w = _images(x), _floats(weight, "weight", (4,), "(O, C, kh, kw)")
    if images.shape[1] != w.shape[1]:
        raise ValueError(
            f"x and weight must have the same number of channels, got {images.shape[1]} "
            f"in x {np.shape(x)} and {w.shape[1]} in weight {w.shape}"
        )
    b = None if bias is None else _floats(bias, "bias", (1,), "(O,)")
    if b is not None and len(b) != len(w):
        raise ValueError(f"bias must be ({len(w)},), one for each kernel, got {b.shape}")
    return images, w, b


def _gradient(grad: npt.ArrayLike, x: npt.ArrayLike, shape: tuple[int, ...]) -> Array:
    """Return grad as (N, O, H', W'), once it has the shape of the result."""
    wanted = shape if np.ndim(x) == 4 else shape[1:]
    if real(grad, "grad").shape != wanted:
        raise ValueError(f"grad must have the result's shape {wanted}, got {np.shape(grad)}")
    return _floats(grad, "grad", (len(wanted),), str(wanted)).reshape(shape)
